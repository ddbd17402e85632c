// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings from environment variables. An invalid value does not stop the demo: it runs with the simulated
 * Pinterest, and {@code note} names the cure.
 *
 * @param account the ad account; empty: a simulated Pinterest
 * @param outbox the outbox file; empty: {@link Storage} chooses one
 * @param consentRequired whether nothing is stored before the visitor consents
 * @param inspectorForAll whether the inspector responds to other machines too
 */
record DemoSettings(
        Optional<AdAccount> account,
        Mode mode,
        URI api,
        Optional<Path> outbox,
        boolean consentRequired,
        boolean inspectorForAll,
        String note) {

    static DemoSettings read(UnaryOperator<@Nullable String> environment) {
        String id = text(environment, "PINTEREST_AD_ACCOUNT_ID");
        String token = text(environment, "PINTEREST_ACCESS_TOKEN");
        String mode = text(environment, "EPIK_MODE");
        String note = "";
        Optional<AdAccount> account = Optional.empty();
        if (id.isEmpty() != token.isEmpty()) {
            note = (id.isEmpty() ? "PINTEREST_AD_ACCOUNT_ID" : "PINTEREST_ACCESS_TOKEN")
                    + " is not set: a real ad account needs both. Running simulated.";
        } else if (!mode.isEmpty() && !mode.equals("live") && !mode.equals("test")) {
            note = "EPIK_MODE must be live or test. Running simulated.";
        } else if (!id.isEmpty()) {
            try {
                account = Optional.of(AdAccount.of(id, token));
            } catch (EpikException e) {
                note = e.getMessage() + ". Running simulated.";
            }
        }
        URI api = EpikClient.PRODUCTION;
        try {
            String address = text(environment, "EPIK_API");
            api = address.isEmpty() ? api : new URI(address);
        } catch (URISyntaxException e) {
            account = Optional.empty();
            note = "EPIK_API is invalid: it must be a URL. Running simulated.";
        }
        Optional<Path> outbox = Optional.empty();
        try {
            String file = text(environment, "EPIK_OUTBOX");
            outbox = file.isEmpty() ? outbox : Optional.of(Path.of(file));
        } catch (InvalidPathException e) {
            note = (note + " EPIK_OUTBOX is invalid: it must be a path. It is ignored.").strip();
        }
        return new DemoSettings(
                account,
                mode.equals("live") ? Mode.LIVE : Mode.TEST,
                api,
                outbox,
                text(environment, "EPIK_CONSENT").equals("required"),
                text(environment, "EPIK_INSPECTOR").equals("open"),
                note);
    }

    private static String text(UnaryOperator<@Nullable String> environment, String name) {
        String value = environment.apply(name);
        return value == null ? "" : value.strip();
    }

    /** Returns these settings with the simulated Pinterest and the reason as note. */
    DemoSettings simulatedBecauseOf(EpikException e) {
        String reason = e.getMessage() + ". Running simulated.";
        return new DemoSettings(
                Optional.empty(), mode, EpikClient.PRODUCTION, outbox, consentRequired, inspectorForAll, reason);
    }

    /** Returns ad account, mode and API as part of the outbox file's name. */
    String outboxName() {
        String host = api.equals(EpikClient.PRODUCTION)
                ? ""
                : "-" + String.valueOf(api.getAuthority()).replaceAll("[^A-Za-z0-9.]", "_");
        return account.map(real -> real.id() + "-" + mode.name().toLowerCase(Locale.ROOT) + host)
                .orElse("simulated");
    }

    /** Returns the text of the mode badge. */
    String badge() {
        return account.isEmpty() ? "SIMULATED" : mode.name();
    }
}
