// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Counts what the filter does. Thread-safe. Only landings and erasures change a count. */
final class CaptureCounters implements CaptureCountsMXBean {
    private static final Logger LOG = System.getLogger(CaptureCounters.class.getName());

    final LongAdder captured = new LongAdder();
    final LongAdder unchanged = new LongAdder();
    final LongAdder withoutConsent = new LongAdder();
    final LongAdder erased = new LongAdder();
    final LongAdder pageEvents = new LongAdder();
    final LongAdder pageEventsRefused = new LongAdder();
    final LongAdder pageEventsUntaken = new LongAdder();
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private @Nullable ObjectName name;

    CaptureCounters() {
        for (Refusal reason : Refusal.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    void refused(Refusal reason) {
        adder(reason).increment();
    }

    private LongAdder adder(Refusal reason) {
        return refused.computeIfAbsent(reason, unused -> new LongAdder());
    }

    CaptureCounts counts() {
        Map<Refusal, Long> reasons = new EnumMap<>(Refusal.class);
        refused.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new CaptureCounts(
                captured.sum(),
                unchanged.sum(),
                reasons,
                withoutConsent.sum(),
                erased.sum(),
                pageEvents.sum(),
                pageEventsRefused.sum(),
                pageEventsUntaken.sum());
    }

    /**
     * Registers the counts in JMX. A failure is logged, because the counts are available in code too.
     *
     * @param host null on a Jetty without virtual hosts
     */
    void register(@Nullable String host, String context) {
        try {
            ObjectName wanted = new ObjectName("dev.epik:type=EpikFilter,host="
                    + ObjectName.quote(host == null ? "" : host) + ",context=" + ObjectName.quote(context));
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, wanted);
            name = wanted;
        } catch (JMException | RuntimeException | LinkageError e) {
            LOG.log(
                    Level.INFO,
                    "The counts of the filter epik are not available in JMX: {0}",
                    e.getClass().getName());
        }
    }

    /** Removes the counts from JMX. Otherwise the MBean server would hold the web application's class loader. */
    void unregister() {
        ObjectName registered = name;
        name = null;
        if (registered == null) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(registered);
        } catch (JMException | RuntimeException e) {
            LOG.log(
                    Level.INFO,
                    "The counts of the filter epik could not be removed from JMX: {0}",
                    e.getClass().getName());
        }
    }

    @Override
    public long getCaptured() {
        return captured.sum();
    }

    @Override
    public long getUnchanged() {
        return unchanged.sum();
    }

    @Override
    public long getRefusedEmpty() {
        return adder(Refusal.EMPTY).sum();
    }

    @Override
    public long getRefusedLength() {
        return adder(Refusal.LENGTH).sum();
    }

    @Override
    public long getRefusedCharacters() {
        return adder(Refusal.CHARACTERS).sum();
    }

    @Override
    public long getWithoutConsent() {
        return withoutConsent.sum();
    }

    @Override
    public long getErased() {
        return erased.sum();
    }

    @Override
    public long getPageEvents() {
        return pageEvents.sum();
    }

    @Override
    public long getPageEventsRefused() {
        return pageEventsRefused.sum();
    }

    @Override
    public long getPageEventsUntaken() {
        return pageEventsUntaken.sum();
    }
}
