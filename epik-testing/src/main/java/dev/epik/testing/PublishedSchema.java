// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Validates every payload and response of the tests against Pinterest's OpenAPI document, which
 * {@code -Depik.openapi=FILE} names. Without the property nothing is validated, and one line on standard output reports
 * it.
 */
public final class PublishedSchema {
    private static final String SCHEMAS = "#/components/schemas/";
    /** The schemas that tests check. Those that they refer to are loaded too. */
    private static final String ROOTS = "ConversionEvent.*|ConversionApiResponse|Error|DetailedError"
            + "|OauthAccessTokenResponse\\w*"
            + "|(Campaign|AdGroup|Ad|Audience)(CreateRequest|UpdateRequest|ArrayResponse|CreateResponse|Response)"
            + "|CustomerList(Request|UpdateRequest)?|Audience|AdAccount|CampaignsAnalyticsResponse"
            + "|AdAccountAnalyticsResponse|TargetingOptionResponse|SingleInterestTargetingOptionResponse"
            + "|AdGroupAudienceSizingResponse|BidFloor|Paginated";

    private static final @Nullable JsonNode DOCUMENT = load(System.getProperty("epik.openapi", ""));

    private static final Map<String, JsonSchema> COMPILED = new ConcurrentHashMap<>();

    private PublishedSchema() {}

    public static boolean isGiven() {
        return DOCUMENT != null;
    }

    /** Throws an {@link AssertionError} with the violations if a request body violates the published schema. */
    public static void check(String requestBody) {
        check("ConversionEvents", requestBody);
    }

    public static void checkAnswer(int status, String body) {
        check(status == 200 ? "ConversionApiResponse" : status == 422 ? "DetailedError" : "Error", body);
    }

    /**
     * Checks a response of the token endpoint. Its error responses are not published, so only successes can be checked.
     */
    public static void checkTokenAnswer(String body) {
        boolean first = body.contains("\"authorization_code\"");
        check("OauthAccessTokenResponse" + (first ? "Code" : "Refresh"), body);
    }

    /** Throws an {@link AssertionError} with the violations if a value violates the published schema of this name. */
    public static void check(String schema, String json) {
        if (DOCUMENT == null) {
            return;
        }
        JsonNode document = DOCUMENT;
        Set<ValidationMessage> violations =
                COMPILED.computeIfAbsent(schema, name -> schema(document, name)).validate(parse(json));
        if (!violations.isEmpty()) {
            throw new AssertionError("Violates the published schema " + schema + ": " + violations + "\n" + json);
        }
    }

    /**
     * Returns every path of an event with its type, in the form of the testkit's {@code EventSchema}; empty without a
     * document.
     */
    public static Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        if (DOCUMENT != null) {
            JsonNode event = DOCUMENT.at("/components/schemas/ConversionEvents/properties/data/items");
            collect(DOCUMENT, "", event, paths);
        }
        return paths;
    }

    private static void collect(JsonNode document, String prefix, JsonNode shape, Set<String> paths) {
        Set<String> required = new TreeSet<>();
        shape.path("required").forEach(name -> required.add(name.asText()));
        for (Map.Entry<String, JsonNode> property : shape.path("properties").properties()) {
            JsonNode type = resolve(document, property.getValue());
            boolean objects = type.path("items").has("properties");
            boolean object = type.has("properties");
            String kind = switch (type.path("type").isArray()
                    ? type.path("type").get(0).asText()
                    : type.path("type").asText()) {
                case "string" -> "TEXT";
                case "integer" -> "INTEGER";
                case "boolean" -> "FLAG";
                case "array" -> objects ? "OBJECTS" : "TEXTS";
                default -> "OBJECT";
            };
            String name = property.getKey();
            paths.add(prefix + name + ": " + kind + (required.contains(name) ? ", required" : ""));
            if (objects || object) {
                collect(document, prefix + name + (objects ? "[]." : "."), objects ? type.path("items") : type, paths);
            }
        }
    }

    private static JsonNode resolve(JsonNode document, JsonNode type) {
        JsonNode reference = type.has("anyOf") ? type.at("/anyOf/0/allOf/0") : type;
        if (!reference.has("$ref")) {
            return type;
        }
        String name = reference.path("$ref").asText().substring(SCHEMAS.length());
        return resolve(document, document.at("/components/schemas/" + name));
    }

    private static JsonSchema schema(JsonNode document, String name) {
        ObjectNode root = document.deepCopy();
        root.putArray("allOf").addObject().put("$ref", SCHEMAS + name);
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(root);
    }

    private static JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    /** Adds a schema and those that it refers to. */
    private static void include(String name, JsonNode published, ObjectNode schemas) {
        JsonNode schema = published.at("/components/schemas").path(name);
        if (!schemas.has(name) && !schema.isMissingNode()) {
            schemas.set(name, asJsonSchema(schema));
            schema.findValuesAsText("$ref").stream()
                    .map(reference -> reference.replace(SCHEMAS, ""))
                    .forEach(each -> include(each, published, schemas));
        }
    }

    /** Adds what came with the API 5.28, because the document may be older. */
    private static void addFieldsOfLaterVersions(JsonNode document) {
        if (document.at("/components/schemas/ObjectiveType/enum") instanceof ArrayNode objectives) {
            objectives.add("SALES").add("LEADS").add("APP_INSTALL").add("CTV_CONSIDERATION");
        }
        for (String list : List.of("CustomerListRequest", "CustomerListUpdateRequest")) {
            if (document.at("/components/schemas/" + list) instanceof ObjectNode request) {
                request.remove("required"); // records_v2 instead of records
            }
        }
        JsonNode item = document.at("/components/schemas/ConversionEvents/properties/data/items/properties/custom_data"
                + "/properties/contents/items/properties");
        if (item instanceof ObjectNode fields && !fields.has("item_brand_id")) {
            fields.putObject("item_brand_id").put("type", "string").put("maxLength", 64);
        }
    }

    private static @Nullable JsonNode load(String file) {
        if (file.isEmpty()) {
            System.out.println(
                    "EPIK: conformance to Pinterest's OpenAPI document is NOT checked; -Depik.openapi=FILE does");
            return null;
        }
        LoaderOptions large = new LoaderOptions();
        large.setCodePointLimit(50_000_000);
        try {
            YAMLFactory yaml = YAMLFactory.builder().loaderOptions(large).build();
            JsonNode published = new ObjectMapper(yaml).readTree(Path.of(file).toFile());
            ObjectNode document = new ObjectMapper().createObjectNode();
            ObjectNode schemas = document.putObject("components").putObject("schemas");
            for (Map.Entry<String, JsonNode> schema :
                    published.at("/components/schemas").properties()) {
                if (schema.getKey().matches(ROOTS)) {
                    include(schema.getKey(), published, schemas);
                }
            }
            addFieldsOfLaterVersions(document);
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException("The document that -Depik.openapi names cannot be read", e);
        }
    }

    /**
     * Converts OpenAPI 3.0 to JSON Schema: replaces {@code nullable}, and moves keywords beside a {@code $ref} into an
     * {@code allOf}, because JSON Schema ignores them there. One of them is the rule that an event needs a match key.
     */
    private static JsonNode asJsonSchema(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode copy = new ObjectMapper().createArrayNode();
            array.forEach(entry -> copy.add(asJsonSchema(entry)));
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode copy = new ObjectMapper().createObjectNode();
        node.properties().forEach(field -> copy.set(field.getKey(), asJsonSchema(field.getValue())));
        if (copy.path("nullable").asBoolean() && copy.path("type").isTextual()) {
            copy.putArray("type").add(node.path("type").asText()).add("null");
        }
        if (copy.path("$ref").isTextual() && copy.size() > 1) {
            JsonNode reference = copy.remove("$ref");
            ObjectNode both = new ObjectMapper().createObjectNode();
            ArrayNode all = both.putArray("allOf");
            all.addObject().set("$ref", reference);
            all.addAll(List.of(copy));
            return both;
        }
        return copy;
    }
}
