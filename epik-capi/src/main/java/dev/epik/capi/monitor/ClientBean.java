// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;

/**
 * The counters and the state of a client as a bean of JMX: one attribute for each counter, named like
 * {@code epik.events{account=main,event=checkout,…}}, and one for each value of the state. Reading one does no I/O.
 * Thread-safe.
 */
final class ClientBean implements DynamicMBean {
    private final ClientMonitor monitor;
    private final Supplier<Optional<DeliveryStats>> stats;

    ClientBean(ClientMonitor monitor, Supplier<Optional<DeliveryStats>> stats) {
        this.monitor = monitor;
        this.stats = stats;
    }

    /** Returns all attributes by name. */
    Map<String, Object> attributes() {
        Map<String, Object> all = new TreeMap<>();
        for (EpikClient.Counter counter : monitor.counters()) {
            String name = counter.name() + counter.tags().toString().replace(", ", ",");
            all.put(name, counter.count());
            if (!counter.totalTime().isZero()) {
                all.put(name + " total ms", counter.totalTime().toMillis());
            }
        }
        EpikClient.Activity activity = monitor.activity();
        all.put("LastAccepted", activity.lastAccepted().map(Object::toString).orElse(""));
        all.put("SilentSeconds", seconds(activity.silentFor()));
        all.put("ClickIdCoverage", activity.clickIdCoverage().orElse(Double.NaN));
        all.put("ClickIdCoverageOfWeek", activity.clickIdCoverageOfWeek().orElse(Double.NaN));
        all.put("IsStorageFailing", activity.isStorageFailing());
        all.put("IsAccountRefused", activity.isAccountRefused());
        stats.get().ifPresent(now -> {
            all.put("Waiting", now.waiting());
            all.put("Dead", now.dead());
            all.put("OldestSeconds", seconds(now.oldest()));
            all.put("OverdueSeconds", seconds(now.overdue()));
            all.put("Spooled", now.spooled());
            all.put("PausedUntil", now.pausedUntil().map(Object::toString).orElse(""));
            all.put("PauseReason", now.pauseReason());
            all.put("Replaced", now.replaced());
            all.put("BooksDifference", now.booksDifference());
        });
        return all;
    }

    private static long seconds(Optional<Duration> time) {
        return time.map(Duration::toSeconds).orElse(0L);
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        Object value = attributes().get(name);
        if (value == null) {
            throw new AttributeNotFoundException(name);
        }
        return value;
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        Map<String, Object> all = attributes();
        AttributeList found = new AttributeList();
        for (String name : names) {
            Object value = all.get(name);
            if (value != null) {
                found.add(new Attribute(name, value));
            }
        }
        return found;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " is read-only");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) {
        throw new UnsupportedOperationException("There are no operations");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] infos = attributes().entrySet().stream()
                .map(each -> new MBeanAttributeInfo(
                        each.getKey(), each.getValue().getClass().getName(), each.getKey(), true, false, false))
                .toArray(MBeanAttributeInfo[]::new);
        return new MBeanInfo(EpikClient.class.getName(), "A client of Epik", infos, null, null, null);
    }
}
