// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import dev.epik.capi.EpikException;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the topics exist, or creates them. If no broker answers, a daemon {@code epik-kafka-topics} asks
 * again every 2 s until it finds the topics. Thread-safe.
 */
public final class TopicCheck implements AutoCloseable {
    /**
     * How to create missing topics.
     *
     * @param partitions of the topics of the events and of the retries; that of dead letters has one
     */
    public record Creation(int partitions, short replication) {}

    private static final Logger LOG = System.getLogger(TopicCheck.class.getName());
    private static final int VISIBLE_TRIES = 60;
    private static final Duration VISIBLE_INTERVAL = Duration.ofMillis(50);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int TIMEOUT_MS = 5_000;

    private final KafkaSettings settings;
    private final List<String> topics;
    private final Optional<Creation> creation;
    private final Admin admin;
    private volatile String problem = "";
    private volatile @Nullable Thread thread;

    /**
     * Creates a check that has asked nothing yet.
     *
     * @param topics those that must exist
     * @param creation empty if creating topics is left to the operator
     * @param admin closed by the caller, after this object
     */
    public TopicCheck(KafkaSettings settings, List<String> topics, Optional<Creation> creation, Admin admin) {
        this.settings = settings;
        this.topics = topics;
        this.creation = creation;
        this.admin = admin;
    }

    /**
     * Asks once, for at most some 5 s. If no broker answers, goes on in the background.
     *
     * @throws EpikException if Kafka answers that a topic does not exist or that it refuses the user
     */
    public void start() {
        Throwable e = findProblem();
        if (e == null) {
            return;
        }
        problem = describe(e);
        if (e instanceof EpikException || !(e instanceof RetriableException)) {
            throw e instanceof EpikException ours ? ours : new EpikException(problem, e);
        }
        ContainedLog.log(LOG, Level.WARNING, "{0}. It is tried again until it answers", problem);
        Thread next = KafkaThreads.daemon("epik-kafka-topics", this::repeat);
        thread = next;
        next.start();
    }

    /** Returns why the topics cannot be used, in one or two sentences; empty if they can. */
    public String problem() {
        return problem;
    }

    private void repeat() {
        String logged = problem;
        try {
            while (thread != null && !problem.isEmpty()) {
                Thread.sleep(INTERVAL.toMillis());
                Throwable e = findProblem();
                problem = e == null ? "" : describe(e);
                if (!problem.equals(logged)) {
                    logged = problem;
                    ContainedLog.log(
                            LOG,
                            e == null ? Level.INFO : Level.ERROR,
                            "{0}",
                            e == null ? "Kafka answers at " + settings.bootstrap() : problem);
                }
            }
        } catch (InterruptedException ignored) {
            // closed
        }
    }

    private String describe(Throwable e) {
        return e instanceof EpikException ours
                ? ours.getMessage()
                : "Kafka at " + settings.bootstrap() + ": " + KafkaErrors.describe(e);
    }

    /** Returns what Kafka answered; null if all topics exist. */
    private @Nullable Throwable findProblem() {
        try {
            List<String> missing = missing();
            if (missing.isEmpty()) {
                return null;
            }
            if (creation.isEmpty()) {
                return new EpikException(TopicCommands.missing(settings, missing));
            }
            create(missing, creation.get());
            awaitVisible();
            return null;
        } catch (ExecutionException e) {
            return KafkaErrors.unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new org.apache.kafka.common.errors.TimeoutException("interrupted");
        } catch (RuntimeException e) { // such as a closed client
            return e;
        }
    }

    private List<String> missing() throws ExecutionException, InterruptedException {
        List<String> missing = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
                .topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
            try {
                answer.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(answer.getKey());
            }
        }
        return missing;
    }

    private void create(List<String> missing, Creation how) throws ExecutionException, InterruptedException {
        List<NewTopic> wanted = missing.stream()
                .map(topic -> topic.equals(settings.deadTopic())
                        ? new NewTopic(topic, 1, how.replication())
                                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))
                        : new NewTopic(topic, how.partitions(), how.replication()))
                .toList();
        for (KafkaFuture<Void> created : admin.createTopics(wanted, new CreateTopicsOptions().timeoutMs(TIMEOUT_MS))
                .values()
                .values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another process was quicker
                    throw e;
                }
            }
        }
    }

    /** Waits at most some 3 s until the broker that is asked knows the topics that another one has created. */
    private void awaitVisible() throws ExecutionException, InterruptedException {
        for (int i = 0; i < VISIBLE_TRIES && !missing().isEmpty(); i++) {
            Thread.sleep(VISIBLE_INTERVAL.toMillis());
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }
}
