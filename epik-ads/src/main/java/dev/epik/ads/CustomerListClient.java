// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.Paging;
import dev.epik.ads.http.WriteOutcome;
import dev.epik.ads.http.WriteReading;
import dev.epik.ads.json.Fields;
import dev.epik.ads.lists.ListApi;
import dev.epik.ads.lists.ListCrashPoint;
import dev.epik.ads.lists.ListRun;
import dev.epik.ads.lists.Masking;
import dev.epik.ads.lists.RunCounts;
import dev.epik.ads.lists.RunOutcome;
import dev.epik.capi.pinterest.ApiCalls.Answer;
import dev.epik.capi.pinterest.ApiCalls.Ending;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The customer lists of an ad account. An audience on top of a list makes it usable, see
 * {@link AudienceSpec#customerList}.
 *
 * <pre>{@code
 * ListSettings settings = ListSettings.of("Newsletter", Path.of("/var/lib/shop/newsletter"));
 * WriteResult<ListUpdate> result = ads.customerLists().sync(CustomerRows.csv(file), settings);
 * }</pre>
 *
 * <p><b>Privacy.</b> Emails, phones and advertising ids are hashed as they are read. No file, log, journal or message
 * has a raw address. The directory of {@link ListSettings} is described there.
 *
 * <p><b>Memory</b> does not grow with the number of rows: they are sorted in files of the directory.
 *
 * <p><b>Threads.</b> Thread-safe. Two runs with one directory are refused, also in two processes. Calls wait until the
 * list has all rows. It lives as long as its {@link AdsClient}.
 *
 * <p><b>In a crash</b> the rows of one request may have been sent although their answer was lost. Run the same call
 * again, with the rows as they are then: it takes these rows for uncertain, continues with the others, and sends no row
 * that is not in the source any more.
 */
public final class CustomerListClient {
    private static final String KIND = "customer_lists";

    private final AdsContext context;
    private final ListCrashPoint.Listener crashPoints;

    CustomerListClient(AdsContext context, ListCrashPoint.Listener crashPoints) {
        this.context = context;
        this.crashPoints = crashPoints;
    }

    /** Returns the same client with steps at which tests stop it. */
    CustomerListClient with(ListCrashPoint.Listener listener) {
        return new CustomerListClient(context, listener);
    }

    /** Returns the list with an id; empty if there is none. */
    public Optional<CustomerList> find(String id) {
        return context.calls().read(path(id)).map(this::list);
    }

    /** Returns all lists. The stream reads page by page. */
    public Stream<CustomerList> list() {
        return Paging.of(context.calls(), context.path("/customer_lists")).map(this::list);
    }

    /** Returns all lists of a name. */
    public List<CustomerList> findByName(String name) {
        Objects.requireNonNull(name, "name");
        try (Stream<CustomerList> all = list()) {
            return all.filter(list -> list.name().equals(name)).toList();
        }
    }

    /**
     * Creates the list with the rows, or adds those that are missing. Removes none.
     *
     * @return rejected if nothing was sent, or if Pinterest refused a request; unknown if a request has no clear
     *     answer. Run it again then: it continues
     * @throws AdsException if Pinterest cannot be read, or the thread is interrupted. Run it again
     */
    public WriteResult<ListUpdate> upload(CustomerRows rows, ListSettings settings) {
        return run(rows, settings, false);
    }

    /**
     * Makes the list have exactly these rows: removes those that were sent before and are not in the source any more or
     * are suppressed, then adds those that are missing. Creates the list if there is none.
     *
     * <p>A row of several fields is compared as a whole: if one of them changes, the old row is removed and the new one
     * added. Pinterest does not publish what happens to another row with the same email, so give one row for a person.
     *
     * @return as {@link #upload}; also rejected if more rows would be removed than {@link ListSettings#maxRemoval}
     *     allows
     * @throws AdsException as {@link #upload}
     */
    public WriteResult<ListUpdate> sync(CustomerRows rows, ListSettings settings) {
        return run(rows, settings, true);
    }

    private WriteResult<ListUpdate> run(CustomerRows rows, ListSettings settings, boolean removes) {
        RunOutcome outcome =
                new ListRun(new Api(), settings.toRun(context.account().id(), removes), crashPoints).run(rows::open);
        if (outcome instanceof RunOutcome.Done done) {
            RunCounts counts = done.counts();
            return new WriteResult.Applied<>(
                    new ListUpdate(
                            list(done.list()),
                            counts.read(),
                            counts.invalid(),
                            counts.suppressed(),
                            counts.duplicates(),
                            counts.unchanged(),
                            counts.added(),
                            counts.removed()),
                    List.of());
        }
        if (outcome instanceof RunOutcome.Refused refused) {
            return new WriteResult.Rejected<>(refused.code(), refused.message(), refused.isSent());
        }
        return new WriteResult.Unknown<>(((RunOutcome.Unclear) outcome).message());
    }

    private String path(String id) {
        return context.path("/customer_lists/" + EntityClient.checkedId(id));
    }

    private CustomerList list(Fields fields) {
        return new CustomerList(fields, context.account().currency());
    }

    /** Makes the calls of a run, and writes them to the journal without their rows. */
    private final class Api implements ListApi {
        @Override
        public Optional<Fields> find(String id) {
            return CustomerListClient.this.find(id).map(AdsEntity::read);
        }

        @Override
        public List<Fields> named(String name) {
            return findByName(name).stream().map(AdsEntity::read).toList();
        }

        @Override
        public WriteOutcome create(Map<String, Object> body, int rows) {
            journal("", body, rows);
            return outcome("", body, context.calls().write("POST", context.path("/customer_lists"), body));
        }

        @Override
        public WriteOutcome change(String id, Map<String, Object> body, int rows) {
            journal(id, body, rows);
            return outcome(id, body, context.calls().writeRepeatable("PATCH", path(id), body));
        }

        private void journal(String id, Map<String, Object> body, int rows) {
            Map<String, Object> logged = new LinkedHashMap<>(body);
            logged.remove("records");
            logged.remove("records_v2");
            logged.put("rows", rows);
            context.journal().sending(KIND, id, null, logged);
        }

        private WriteOutcome outcome(String id, Map<String, Object> body, Ending ending) {
            WriteOutcome outcome =
                    WriteReading.ofObject(ending instanceof Answer answer ? masked(answer, body) : ending);
            WriteResult<CustomerList> result;
            if (outcome instanceof WriteOutcome.Written written) {
                result = new WriteResult.Applied<>(list(written.data()), List.of());
            } else if (outcome instanceof WriteOutcome.Refused refused) {
                result = new WriteResult.Rejected<>(refused.code(), refused.message(), true);
            } else {
                result = new WriteResult.Unknown<>(((WriteOutcome.Unclear) outcome).reason());
            }
            context.journal().result(KIND, id, result);
            return outcome;
        }

        /** Returns the answer with a redaction that masks the rows too, before a long text is cut. */
        private static Answer masked(Answer answer, Map<String, Object> body) {
            return new Answer(
                    answer.status(),
                    answer.body(),
                    answer.headers(),
                    text -> Masking.mask(answer.redaction().apply(text), values(body)));
        }

        /** Returns the values of the rows that were sent. */
        private static List<String> values(Map<String, Object> body) {
            List<String> values = new ArrayList<>();
            if (body.get("records_v2") instanceof List<?> rows) {
                for (Object row : rows) {
                    ((Map<?, ?>) row).values().forEach(value -> values.add((String) value));
                }
            }
            return values;
        }
    }
}
