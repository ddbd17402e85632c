// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.outbox.encryption.DecryptingOutbox;
import dev.epik.capi.outbox.encryption.EncryptingStore;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.RetriedOutbox;
import dev.epik.capi.outbox.spi.RetriedStore;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A store around another one must override each method with a default: the default would hide that of the other. */
class WrappersForwardTest {
    static Stream<Arguments> wrappers() {
        return Stream.of(
                Arguments.of(DecryptingOutbox.class, Outbox.class, Set.of("deliveryOutbox")), // is one itself
                Arguments.of(EncryptingStore.class, EventStore.class, Set.of()),
                Arguments.of(RetriedOutbox.class, Outbox.class, Set.of("deliveryOutbox")),
                Arguments.of(RetriedStore.class, EventStore.class, Set.of()));
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    void everyMethodIsOverridden(Class<?> wrapper, Class<?> type, Set<String> leftOut) {
        Set<String> missing = Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !leftOut.contains(method.getName()))
                .filter(method -> !isOverridden(wrapper, method))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertEquals(Set.of(), missing);
    }

    private static boolean isOverridden(Class<?> wrapper, Method method) {
        return Arrays.stream(wrapper.getMethods())
                .filter(each -> !each.getDeclaringClass().isInterface())
                .anyMatch(each -> each.getName().equals(method.getName())
                        && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
    }
}
