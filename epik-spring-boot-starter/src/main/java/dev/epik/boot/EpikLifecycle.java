// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes the client after everything that may still submit events: web server, message listeners and executors have
 * higher phases. Beans such as the {@code DataSource} are destroyed after all phases. A context that is stopped or
 * paused without being closed keeps its client. Thread-safe.
 */
final class EpikLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {
    /** Higher than that of a {@code Lifecycle} without a phase, and lower than those of Spring's own beans. */
    static final int PHASE = 1;

    private final ApplicationContext context;
    private final ConfigurableListableBeanFactory beans;
    private volatile boolean running;
    private volatile boolean closing;

    EpikLifecycle(ApplicationContext context, ConfigurableListableBeanFactory beans) {
        this.context = context;
        this.beans = beans;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            closing = true;
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (!closing) {
            return;
        }
        for (String name : beans.getBeanNamesForType(EpikClient.class, false, false)) {
            if (beans.containsSingleton(name)) {
                beans.getBean(name, EpikClient.class).close();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
