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
 * What the environment says. A wrong value never keeps the shop from opening: it then runs simulated, and {@code note} says
 * what to mend.
 *
 * @param account empty: a simulated Pinterest
 * @param outbox the file; empty: where {@link Storage} thinks best
 * @param consentRequired nothing before the visitor says yes
 * @param inspectorForAll not for loopback addresses alone
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
                    + " is not set: both are needed to reach Pinterest. Running simulated.";
        } else if (!mode.isEmpty() && !mode.equals("live") && !mode.equals("test")) {
            note = "EPIK_MODE must be live or test. Running simulated.";
        } else if (!id.isEmpty()) {
            try {
                account = Optional.of(AdAccount.of(id, token));
            } catch (EpikException wrong) {
                note = wrong.getMessage() + ". Running simulated.";
            }
        }
        URI api = EpikClient.PRODUCTION;
        try {
            String address = text(environment, "EPIK_API");
            api = address.isEmpty() ? api : new URI(address);
        } catch (URISyntaxException wrong) {
            account = Optional.empty();
            note = "EPIK_API is no address. Running simulated.";
        }
        Optional<Path> outbox = Optional.empty();
        try {
            String file = text(environment, "EPIK_OUTBOX");
            outbox = file.isEmpty() ? outbox : Optional.of(Path.of(file));
        } catch (InvalidPathException wrong) {
            note = (note + " EPIK_OUTBOX is no path, and is not used.").strip();
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

    /** The same shop on the simulated Pinterest, and why. */
    DemoSettings simulatedBecauseOf(EpikException wrong) {
        String why = wrong.getMessage() + ". Running simulated.";
        return new DemoSettings(
                Optional.empty(), mode, EpikClient.PRODUCTION, outbox, consentRequired, inspectorForAll, why);
    }

    /** What is sent where, as part of a file's name. */
    String kind() {
        String where = api.equals(EpikClient.PRODUCTION)
                ? ""
                : "-" + String.valueOf(api.getAuthority()).replaceAll("[^A-Za-z0-9.]", "_");
        return account.map(real -> real.id() + "-" + mode.name().toLowerCase(Locale.ROOT) + where)
                .orElse("simulated");
    }

    /** What the badge says. */
    String badge() {
        return account.isEmpty() ? "SIMULATED" : mode.name();
    }
}
