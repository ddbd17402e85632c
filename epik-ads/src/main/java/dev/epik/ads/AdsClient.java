// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.AdsCalls;
import dev.epik.ads.json.Fields;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.ApiCalls;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ads of one ad account at Pinterest.
 *
 * <pre>{@code
 * try (AdsClient ads = AdsClient.builder(AdAccount.of("549755885175", token)).open()) {
 *     WriteResult<Campaign> result = ads.campaigns().create(
 *             CampaignSpec.create("Autumn", Objective.SALES).dailyBudget(Money.of("25.00", "EUR")));
 * }
 * }</pre>
 *
 * <p><b>Money.</b> Campaigns, ad groups and ads are created paused. A write that can raise the spend needs a
 * {@link SpendLimit}, which is checked against what is at Pinterest at that moment.
 *
 * <p><b>Token.</b> An OAuth token with {@code ads:read} and {@code ads:write}. A conversion token is refused.
 *
 * <p><b>Threads.</b> Thread-safe. Calls wait for Pinterest: each request at most 30 s, and an upload of a customer list
 * as long as it has rows. Writes of campaigns, ad groups, ads and audiences run one after the other, so that two of
 * them together cannot exceed a limit.
 *
 * <p><b>Lifetime.</b> The caller closes it.
 *
 * <p><b>In a crash</b> a write may have been made although its answer was lost. The journal names it, see
 * {@link Builder#journal}.
 */
public final class AdsClient implements AutoCloseable {
    private final AdsContext context;
    private final EntityClient<Campaign, CampaignSpec> campaigns;
    private final EntityClient<AdGroup, AdGroupSpec> adGroups;
    private final EntityClient<Ad, AdSpec> ads;
    private final AudienceClient audiences;
    private final InterestClient interests;
    private final CustomerListClient customerLists;
    private final ReportReader reports;

    private AdsClient(AdsContext context) {
        this.context = context;
        this.campaigns = new EntityClient<>(context, new CampaignKind(context));
        this.adGroups = new EntityClient<>(context, new AdGroupKind(context));
        this.ads = new EntityClient<>(context, new AdKind(context));
        this.audiences = new AudienceClient(context);
        this.interests = new InterestClient(context);
        this.customerLists = new CustomerListClient(context, point -> {});
        this.reports = new ReportReader(context, campaigns);
    }

    /** Returns a builder for a client of an ad account. */
    public static Builder builder(AdAccount account) {
        return new Builder(Objects.requireNonNull(account, "account"));
    }

    /** Returns the ad account, as it was when the client was opened. */
    public AdsAccount account() {
        return context.account();
    }

    /** Returns the campaigns of the ad account. */
    public EntityClient<Campaign, CampaignSpec> campaigns() {
        return campaigns;
    }

    /** Returns the ad groups of the ad account. */
    public EntityClient<AdGroup, AdGroupSpec> adGroups() {
        return adGroups;
    }

    /** Returns the ads of the ad account. */
    public EntityClient<Ad, AdSpec> ads() {
        return ads;
    }

    /** Returns the audiences of the ad account. */
    public AudienceClient audiences() {
        return audiences;
    }

    /** Returns the customer lists of the ad account. */
    public CustomerListClient customerLists() {
        return customerLists;
    }

    /** Returns Pinterest's interests, which ad groups can target. */
    public InterestClient interests() {
        return interests;
    }

    /** Returns the ids of the ad account's Pinterest tags, which audiences of visitors and conversion goals need. */
    public List<String> tagIds() {
        Fields tags = context.calls().read(context.path("/conversion_tags")).orElse(Fields.NONE);
        return tags.objects("items").stream()
                .flatMap(tag -> tag.text("id").stream())
                .toList();
    }

    /**
     * Reads what the campaigns have cost and brought, with Pinterest's attribution windows.
     *
     * @param since the first day, in UTC; at most 90 days ago
     * @throws AdsException if it is longer ago or in the future, or Pinterest cannot be read
     */
    public AdsReport report(LocalDate since) {
        return report(since, AttributionWindows.DEFAULT);
    }

    /** Reads what the campaigns have cost and brought, see {@link #report(LocalDate)}. */
    public AdsReport report(LocalDate since, AttributionWindows windows) {
        return reports.read(since, windows);
    }

    /** Ends running calls and the threads. Waits at most 2 s and never throws. */
    @Override
    public void close() {
        context.close();
    }

    /** Builds a client. Not thread-safe. */
    public static final class Builder {
        private final AdAccount account;
        private URI api = PinterestApi.PRODUCTION;
        private @Nullable Supplier<HttpClient> clients;
        private @Nullable Path journal;
        private Clock clock = Clock.systemUTC();

        private AdsCalls.Pause pause = time -> Thread.sleep(time.toMillis());

        private Builder(AdAccount account) {
            this.account = account;
        }

        /**
         * Sets the address of the API. Default: Pinterest's.
         *
         * @param root https, or http to a loopback address
         */
        public Builder api(URI root) {
            this.api = Objects.requireNonNull(root, "root");
            return this;
        }

        /**
         * Sets what makes the HTTP client, for a proxy or a company's own certificates. Its clients must not follow
         * redirects.
         */
        public Builder httpClient(Supplier<HttpClient> supplier) {
            this.clients = Objects.requireNonNull(supplier, "supplier");
            return this;
        }

        /**
         * Appends every write to a file, one line of JSON before it is sent and one after its result: time, user,
         * entity, fields before and after. Default: none.
         *
         * @param file created if it is missing, readable by its owner only
         */
        public Builder journal(Path file) {
            this.journal = Objects.requireNonNull(file, "file");
            return this;
        }

        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        Builder pause(AdsCalls.Pause pause) {
            this.pause = pause;
            return this;
        }

        /**
         * Reads the ad account and opens the client.
         *
         * @throws EpikException if the ad account or the journal cannot be read, or the address is not safe
         */
        public AdsClient open() {
            AdsCalls calls = new AdsCalls(new ApiCalls(api, clients), account.tokens(), pause);
            boolean isOpen = false;
            try {
                Fields fields = calls.read("/ad_accounts/" + account.id())
                        .orElseThrow(() -> new AdsException("Pinterest does not know the ad account " + account.id()
                                + ": is the id right, and has the token access to it?"));
                String currency = fields.text("currency")
                        .orElseThrow(() ->
                                new AdsException("Pinterest sent no currency for the ad account " + account.id()));
                AdsAccount read =
                        new AdsAccount(account.id(), fields.text("name").orElse(""), currency, zone(fields));
                AdsClient client =
                        new AdsClient(new AdsContext(read, calls, ChangeJournal.open(journal, clock), clock));
                isOpen = true;
                return client;
            } finally {
                if (!isOpen) {
                    calls.close();
                }
            }
        }

        private static ZoneId zone(Fields fields) {
            try {
                return fields.text("time_zone").<ZoneId>map(ZoneId::of).orElse(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                return ZoneOffset.UTC; // Pinterest's own names are not all in the JDK
            }
        }
    }
}
