// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.AccountClient;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.OutboxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The endpoint {@code epik}: the counters of the client, the state of each ad account, and two actions. The actions are
 * refused unless {@code management.endpoint.epik.access=unrestricted} is set. Thread-safe.
 */
@Endpoint(id = "epik", defaultAccess = Access.READ_ONLY)
public final class EpikEndpoint {
    /** An action of an operator on one ad account. */
    public enum Action {
        /** Sends the dead letters again that happened at most 48 hours ago. */
        REDRIVE,
        /** Ends the pause and tries again at once. */
        RESUME
    }

    private static final String EVENTS = "epik.events";

    private final EpikClient client;
    private final Set<String> names;

    EpikEndpoint(EpikClient client, Deployment deployment) {
        this.client = client;
        this.names = deployment.names();
    }

    /** Returns the state of delivery, and what was counted for each ad account. Does no I/O. */
    @ReadOperation
    public Map<String, Object> epik() {
        Map<String, Object> all = new LinkedHashMap<>();
        client.recentStats().ifPresent(stats -> all.put("delivery", StatsReport.of(stats)));
        all.put("activity", StatsReport.of(client.activity()));
        Map<String, Map<String, Long>> accounts = new TreeMap<>();
        names.forEach(name -> accounts.put(name, new TreeMap<>()));
        Map<String, Long> requests = new TreeMap<>();
        for (EpikClient.Counter counter : client.counters()) {
            Map<String, String> tags = counter.tags();
            if (counter.name().equals(EVENTS)) {
                accounts.computeIfAbsent(tags.getOrDefault("account", ""), unused -> new TreeMap<>())
                        .merge(tags.getOrDefault("result", ""), counter.count(), Long::sum);
            } else if (tags.containsKey("status")) {
                requests.merge(tags.getOrDefault("status", ""), counter.count(), Long::sum);
            }
        }
        all.put("accounts", accounts);
        all.put("requests", requests);
        return all;
    }

    /** Returns the state of one ad account. Asks the outbox. */
    @ReadOperation
    public Map<String, Object> account(@Selector String account) {
        return ofAccount(account, found -> StatsReport.of(found.stats()));
    }

    /** Does something with one ad account. Returns the counts of a redrive. */
    @WriteOperation
    public Map<String, Object> act(@Selector String account, Action action) {
        return ofAccount(account, found -> switch (action) {
            case REDRIVE -> {
                RedriveResult result = found.redriveAll(DeadLetter.Scope.RECENT);
                yield Map.of("redriven", result.events(), "expired", result.expired());
            }
            case RESUME -> {
                found.resume();
                yield Map.of("resumed", true);
            }
        });
    }

    private interface Request {
        Map<String, Object> answer(AccountClient account);
    }

    private Map<String, Object> ofAccount(String account, Request request) {
        try {
            return request.answer(client.account(account));
        } catch (OutboxException e) {
            throw e;
        } catch (EpikException e) { // an unknown ad account
            throw new InvalidEndpointRequestException(e.getMessage(), e.getMessage());
        }
    }
}
