// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Registers a client in JMX under {@code dev.epik:type=EpikClient,number=…}, and removes it. A failure is logged at
 * INFO, because the same values are available in code. Thread-safe.
 */
public final class JmxRegistration {
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private @Nullable ObjectName name;

    /** Registers the client. Never throws, also on a runtime without JMX, such as a native image. */
    public synchronized void register(ClientMonitor monitor, Supplier<Optional<DeliveryStats>> stats) {
        try {
            ClientBean bean = new ClientBean(monitor, stats);
            while (name == null) {
                name = registered(bean, new ObjectName("dev.epik:type=EpikClient,number=" + NUMBERS.incrementAndGet()));
            }
        } catch (JMException | RuntimeException | LinkageError e) {
            ContainedLog.log(
                    LOG,
                    Level.INFO,
                    "The counters of the client are not available in JMX: {0}",
                    e.getClass().getName());
        }
    }

    /** Returns the name, or null if another web application on this server has it. */
    private static @Nullable ObjectName registered(ClientBean bean, ObjectName name) throws JMException {
        try {
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
            return name;
        } catch (InstanceAlreadyExistsException e) {
            return null;
        }
    }

    /** Removes the client. Otherwise the MBean server would hold the web application's class loader. Never throws. */
    public synchronized void unregister() {
        ObjectName registered = name;
        name = null;
        if (registered == null) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(registered);
        } catch (JMException | RuntimeException | LinkageError e) {
            ContainedLog.log(
                    LOG,
                    Level.INFO,
                    "The counters of the client could not be removed from JMX: {0}",
                    e.getClass().getName());
        }
    }
}
