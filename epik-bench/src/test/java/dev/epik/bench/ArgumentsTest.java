// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void withoutArgumentsAllBenchesRunInFull() {
        assertEquals(new Arguments(false, Set.of(), null, List.of()), Arguments.of());
        assertTrue(Arguments.of().wants("HashBench"));
    }

    @Test
    void argumentsAfterJmhAreForJmh() {
        Arguments read =
                Arguments.of("--short", "--only", "HashBench,ServerBench", "--from", "a.json", "--jmh", "-f", "1");
        assertEquals(
                new Arguments(true, Set.of("HashBench", "ServerBench"), Path.of("a.json"), List.of("-f", "1")), read);
        assertFalse(read.wants("ScriptBench"));
    }

    @Test
    void unknownArgumentIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> Arguments.of("--shrot"));
        assertThrows(IllegalArgumentException.class, () -> Arguments.of("--only"));
    }
}
