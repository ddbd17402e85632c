// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.Problem;
import dev.epik.testing.PublishedSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawEventTest {
    private static final String USER = "'user':{'ip':'192.0.2.7','user_agent':'Mozilla/5.0','click_id':'dj0y'}";

    private static final String SHA_OF_UPPER = "1a5bdc12111f28846621cf8681a60d749972c6eb2ff5e92e88e73ae1aa9003f5";
    private static final String SHA_OF_LOWER = "f23b554b2a8fb732a8b973733832e70f018da7bc294dfea289735a07d5dd2c9f";

    /** Reads JSON that is written with single quotes, to keep the tests readable. */
    private static RawEvent read(String json) {
        return RawEvent.ofJson(json.replace('\'', '"'));
    }

    private static RawEvent with(String more) {
        return read("{'event_name':'checkout','event_id':'1'," + USER + more + "}");
    }

    private static List<String> fields(RawEvent raw, Problem.Severity kind) {
        return raw.problems().stream()
                .filter(problem -> problem.severity() == kind)
                .map(Problem::field)
                .toList();
    }

    private static JsonNode sent(RawEvent raw) throws Exception {
        assertEquals(List.of(), fields(raw, Problem.Severity.ERROR));
        PublishedSchema.check("{\"data\":[" + raw.event().json() + "]}");
        return new ObjectMapper().readTree(raw.event().json());
    }

    @Test
    void sendsOnlyTheAdvertiserDefinedEventsThatAreNamed() {
        String json = ("{'event_name':'gift_wrap','event_id':'1'," + USER + "}").replace('\'', '"');
        RawEvent named = RawEvent.ofJson(json, Map.of(), Set.of("gift_wrap"));
        assertEquals(List.of(), fields(named, Problem.Severity.ERROR));
        assertTrue(named.event().isAdvertiserDefined());
        RawEvent other = RawEvent.ofJson(json, Map.of(), Set.of("Gift_Wrap"));
        assertEquals(List.of("event_name"), fields(other, Problem.Severity.ERROR));
    }

    @Test
    void convertsEveryFieldOfTheFormat() throws Exception {
        RawEvent raw = read("""
                {'event_name':'checkout','event_time':'2026-11-01T11:00:00+01:00','event_id':'1','action_source':'offline',
                 'event_source_url':'https://shop.example/?epik=abc&reset=secret','opt_out':true,
                 'limited_data_processing':true,'language':'de',
                 'user':{'email':'Jane@Shop.example','phone':'+1 555 010 9999','first_name':'Jane','last_name':'Doe',
                   'gender':'f','birth_date':'1990-02-28','city':'Zürich','state':'CA','zip':10115,'country':'US',
                   'external_id':'c-42','maid':'cdda802e-fb9c-47ad-9866-0794d394c912','click_id':'dj0y','ip':'192.0.2.7',
                   'user_agent':'Mozilla/5.0','partner_id':'XY'},
                 'value':'72.39','currency':'EUR','order_id':'1001',
                 'items':[{'id':'sku-7','price':19.99,'quantity':'2','name':'Cup','category':'Kitchen','brand':'Mug',
                   'brand_id':'b-1'}],
                 'content_ids':['sku-7','sku-8'],'content_name':'Cups','content_category':'Kitchen','content_brand':'Mug',
                 'num_items':2,'search_string':'cup'}
                """);
        JsonNode event = sent(raw);
        assertEquals(List.of(), raw.problems());
        assertEquals(9, event.size(), event::toString);
        assertEquals(1793527200, event.path("event_time").asLong());
        assertEquals(
                "https://shop.example/?epik=abc", event.path("event_source_url").asText());
        assertEquals(16, event.path("user_data").size(), event::toString);
        assertEquals(11, event.path("custom_data").size(), event::toString);
        assertEquals("19.99", event.at("/custom_data/contents/0/item_price").asText());
        assertEquals("b-1", event.at("/custom_data/contents/0/item_brand_id").asText());
    }

    @Test
    void everyHashedFieldHasAKeyForHashedValues() throws Exception {
        String hash = "8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d";
        List<String> fields = List.of(
                "email",
                "phone",
                "first_name",
                "last_name",
                "gender",
                "birth_date",
                "city",
                "state",
                "zip",
                "country",
                "external_id",
                "maid");
        for (String field : fields) {
            RawEvent prehashed =
                    read("{'event_name':'checkout','event_id':'1','user':{'email':'a@shop.example','%s_sha256':['%s']}}"
                            .formatted(field, hash));
            assertTrue(sent(prehashed).path("user_data").toString().contains(hash), field);
            RawEvent wrong =
                    read("{'event_name':'checkout','event_id':'1','user':{'email':'a@shop.example','%s_sha256':'jane'}}"
                            .formatted(field));
            assertTrue(fields(wrong, Problem.Severity.WARNING).contains("user." + field + "_sha256"), wrong::toString);
        }
    }

    @Test
    void convertsAllValuesOfAField() throws Exception {
        RawEvent raw =
                read("{'event_name':'lead','event_id':'1','user':{'email':['a@shop.example','b@shop.example']}}");
        assertEquals(2, sent(raw).at("/user_data/em").size());
    }

    @Test
    void platformDecidesTheCaseOfAnAdvertisingId() throws Exception {
        String json = "{'event_name':'app_open','event_id':'1','action_source':'%s',"
                + "'user':{'maid':'cdDA802e-fb9c-47ad-9866-0794d394c912'}}";
        JsonNode ios = sent(read(json.formatted("app_ios"))).at("/user_data/hashed_maids");
        JsonNode android = sent(read(json.formatted("app_android"))).at("/user_data/hashed_maids");
        assertEquals(SHA_OF_UPPER, ios.path(0).asText());
        assertEquals(SHA_OF_LOWER, android.path(0).asText());
    }

    @Test
    void onlyACheckoutUsesItsOrderIdAsEventId() {
        assertEquals(
                "77",
                read("{'event_name':'checkout','order_id':'77'," + USER + "}")
                        .event()
                        .id());
        RawEvent lead = read("{'event_name':'lead','order_id':'77'," + USER + "}");
        assertEquals(List.of("event_id"), fields(lead, Problem.Severity.ERROR));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'value':'72,39'|value",
                "'value':'1.072,39'|value",
                "'value':'EUR 72'|value",
                "'value':true|value",
                "'value':-5|value",
                "'value':1e400|value",
                "'value':1E+1000000000|value",
                "'currency':'Euro'|currency",
                "'event_time':1793527200000|event_time",
                "'event_time':'1793527200000'|event_time",
                "'event_time':1e99|event_time",
                "'event_time':'2026-11-01 10:00:00'|event_time",
                "'event_time':'yesterday'|event_time",
                "'event_time':'25.11.2026'|event_time",
                "'event_time':{}|event_time",
                "'currency':true|currency",
                "'event_time':4000000000|event_time",
                "'action_source':'phone_call'|action_source",
                "'opt_out':'yes'|opt_out",
                "'opt_out':1|opt_out",
            })
    void errorsNameTheFieldAsWritten(String more, String field) {
        RawEvent raw = with("," + more);
        assertEquals(
                List.of(field),
                fields(raw, Problem.Severity.ERROR),
                () -> raw.problems().toString());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'user':{'email':'jane'}|user.email",
                "'user':{'phone':'030901820'}|user.phone",
                "'user':{'first_name':'undefined'}|user.first_name",
                "'user':{'birth_date':'28.2.1990'}|user.birth_date",
                "'user':{'country':'Germany'}|user.country",
                "'user':{'maid':'x'}|user.maid",
                "'user':{'ip':'10.0.0.256'}|user.ip",
                "'user':{'click_id':'a b'}|user.click_id",
                "'user':{'emial':'jane@shop.example'}|user.emial",
                "'user':{'jane@shop.example':1}|user.(a key)",
                "'event_source_url':'/thank-you'|event_source_url",
                "'value':72|currency",
                "'coupon':'X'|coupon",
                "'content_name':'undefined'|content_name",
                "'value':0.1000000000000000055511151231257827,'currency':'EUR'|value",
                "'num_items':1.5|num_items",
                "'num_items':'many'|num_items",
                "'num_items':0|num_items",
                "'items':{'id':'1'}|items",
                "'items':'sku'|items",
                "'items':[3]|items[0]",
                "'items':[{'quantity':1}]|items[0].id",
                "'items':[{'id':'1','quantity':0}]|items[0].quantity",
                "'items':[{'id':'1','quantity':'two'}]|items[0].quantity",
                "'items':[{'id':'1','quantity':99999999999}]|items[0].quantity",
                "'items':[{'id':'1','price':'free'}]|items[0].price",
                "'items':[{'id':'1','price':-1}]|items[0].price",
                "'content_name':{}|content_name",
                "'content_ids':[[1]]|content_ids",
                "'order_id':{}|order_id",
                "'user':{'city':{}}|user.city",
            })
    void warningsNameTheFieldAsWritten(String more, String field) {
        String user = more.startsWith("'user'")
                ? more.replace("{'", "{'external_id':'c','email_sha256':'" + "a".repeat(64) + "','")
                : USER + "," + more;
        RawEvent raw = read("{'event_name':'checkout','event_id':'1'," + user + "}");
        assertTrue(raw.isValid(), raw::toString);
        assertTrue(
                fields(raw, Problem.Severity.WARNING).contains(field),
                () -> raw.problems().toString());
        assertFalse(raw.problems().toString().contains("jane@"), raw::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "[]",
                "3",
                "null",
                "{'event_name':'checkout'} {'event_name':'lead'}",
                "{'user':{'email':'jane@",
                "{'a':1,'a':2}",
                "{a:1}",
                "jane@shop.example,checkout",
                "\u0000",
            })
    void invalidLineErrorQuotesNothing(String line) {
        RawEvent raw = read(line);
        assertFalse(raw.isValid());
        assertFalse(raw.problems().toString().contains("jane"), raw::toString);
    }

    @Test
    void deepNestingIsAnError() {
        assertFalse(RawEvent.ofJson("{\"a\":" + "[".repeat(100_000)).isValid());
    }

    @Test
    void unknownKeyIsOnlyAWarning() throws Exception {
        RawEvent raw = with(",'note':'call back'");
        sent(raw);
        assertTrue(fields(raw, Problem.Severity.WARNING).contains("note"));
    }

    @Test
    void leavesOutEmptyOptionalFields() throws Exception {
        RawEvent raw =
                read("{'event_name':'checkout','event_id':'1','event_time':'','action_source':'','event_source_url':'',"
                        + "'opt_out':'','limited_data_processing':'','language':'','user':{'ip':'192.0.2.7','user_agent':'Mozilla/5.0',"
                        + "'click_id':'dj0y','external_id':'c','email':'','phone':'','gender':'','birth_date':'','country':'','maid':'',"
                        + "'email_sha256':'','partner_id':''},'value':'','currency':'','order_id':'','items':'','content_ids':'',"
                        + "'content_name':'','num_items':'','search_string':''}");
        assertFalse(sent(raw).has("custom_data"), raw.event()::json);
        assertEquals(List.of("event_time"), fields(raw, Problem.Severity.WARNING));
        JsonNode item = sent(with(",'items':[{'id':'sku','quantity':'','price':'','name':''}]"))
                .at("/custom_data/contents/0");
        assertEquals("{\"id\":\"sku\",\"quantity\":1}", item.toString());
    }

    @Test
    void invalidTimeErrorShowsAValidTime() {
        String message = with(",'event_time':'25.11.2026'").problems().get(0).message();
        assertTrue(message.contains("2026-11-25T10:00:00+01:00"), message);
    }

    @Test
    void eventNamesAreThoseOfTheLibrary() {
        String cure = read("{'event_name':'xxxxxxxxxxxxxxxxxxxxxxx','event_id':'1'," + USER + "}")
                .problems()
                .get(0)
                .message();
        List<String> names = List.of(
                cure.substring(cure.indexOf("one of ") + "one of ".length()).split(", ", -1));
        assertEquals(new TreeSet<>(names), new TreeSet<>(RawEvent.EVENT_NAMES));
    }

    @Test
    void nullCountsAsMissing() throws Exception {
        RawEvent raw =
                with(",'content_name':null,'value':null,'items':null,'content_brand':'undefined','opt_out':null");
        assertFalse(sent(raw).has("custom_data"), raw.event()::json);
    }
}
