// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** The meaning of exceptions of Kafka's clients, with the cure: pure functions. */
public final class KafkaErrors {
    private static final Map<Class<? extends Exception>, String> CURES = Map.of(
            RecordTooLargeException.class,
            "the record is larger than Kafka takes: raise max.message.bytes of all four topics, and max.request.size of"
                    + " all programs",
            NotEnoughReplicasException.class,
            "fewer replicas are in sync than min.insync.replicas of the topic: start the brokers that are down",
            NotEnoughReplicasAfterAppendException.class,
            "fewer replicas are in sync than min.insync.replicas of the topic: start the brokers that are down",
            TopicAuthorizationException.class,
            "Kafka does not let this user use the topic: give it ACLs, WRITE on the topics of events and retries for a"
                    + " program that stores, READ and WRITE on all four topics for a worker",
            SslAuthenticationException.class,
            "the TLS handshake failed: check ssl.truststore.… and ssl.keystore.…",
            UnsupportedVersionException.class,
            "the brokers are too old for this client: Kafka 2.1 or later is needed",
            InvalidTopicException.class,
            "the name of the topic is invalid: use letters, digits, '.', '_' and '-'",
            InvalidReplicationFactorException.class,
            "there are fewer brokers than replicas: lower the replication of createTopics(…)",
            UnknownTopicOrPartitionException.class,
            "the topic does not exist");

    private KafkaErrors() {}

    /** Returns the exception that Kafka reported. */
    public static Throwable unwrapped(Throwable e) {
        Throwable cause = e.getCause();
        return (e instanceof ExecutionException || e instanceof CompletionException) && cause != null
                ? unwrapped(cause)
                : e;
    }

    /** Returns the failure and its cure. Quotes no message of Kafka's, which may have names of users. */
    public static String describe(Throwable thrown) {
        Throwable e = unwrapped(thrown);
        for (Class<?> type = e.getClass(); type != null; type = type.getSuperclass()) {
            String cure = CURES.get(type);
            if (cure != null) {
                return cure;
            }
        }
        if (e instanceof AuthenticationException) {
            return "Kafka does not accept the user: check the user and the password in sasl.jaas.config, sasl.mechanism"
                    + " and security.protocol";
        }
        if (e instanceof ClusterAuthorizationException) {
            return "Kafka lets this user write to no topic: give it ACLs, WRITE on the topics of events and retries;"
                    + " brokers before 3.0 need IDEMPOTENT_WRITE on the cluster as well";
        }
        if (e instanceof GroupAuthorizationException) {
            return "Kafka does not let this user use the consumer group: give it an ACL, READ on the group for a"
                    + " worker, DESCRIBE for a program that asks how many events wait";
        }
        if (e instanceof AuthorizationException) {
            return "Kafka does not let this user do that: give it an ACL (" + name(e) + ")";
        }
        if (e instanceof TimeoutException) {
            return "no answer in time: check the addresses of the brokers, that all are up, that the topics still exist,"
                    + " and that as many replicas are in sync as min.insync.replicas demands";
        }
        return "Kafka reports " + name(e) + ": see its log, and check the addresses of the brokers";
    }

    /**
     * Returns the type of the first cause. Messages of Kafka's settings are not shown: they quote values, which may be
     * secret.
     */
    public static String rootCause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getName();
    }

    /** Returns whether a record that was handed over is certainly not stored. */
    public static boolean isCertainlyNotStored(Throwable e) {
        return e instanceof RecordTooLargeException
                || e instanceof AuthorizationException
                || e instanceof InvalidTopicException;
    }

    /** Returns whether Kafka refuses this very record, however often it is sent. */
    public static boolean refusesRecord(Throwable e) {
        return e instanceof RecordTooLargeException;
    }

    /** Returns whether the same record can be sent again, by the same producer. */
    public static boolean isTransient(Throwable e) {
        return e instanceof RetriableException;
    }

    /** Returns whether the failure is of this record or topic. After another one the producer may be of no more use. */
    public static boolean isOfRecord(Throwable e) {
        return isTransient(e)
                || e instanceof RecordTooLargeException
                || e instanceof TopicAuthorizationException
                || e instanceof InvalidTopicException;
    }

    private static String name(Throwable e) {
        return e.getClass().getSimpleName();
    }
}
