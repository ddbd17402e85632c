// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
    @TempDir
    Path folder;

    private static TokenResult token(TokenSource source) throws InterruptedException {
        return source.token();
    }

    @Test
    void aReplacedTokenIsUsedForTheNextRequestAndAfterA401() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "first\n");
        TokenSource source = AccessToken.fromFile(file);
        assertEquals(AccessToken.of("first"), token(source));
        Files.writeString(file, "second");
        assertEquals(AccessToken.of("second"), token(source));
        Files.writeString(file, " third \r\n");
        assertEquals(AccessToken.of("third"), source.renewed(AccessToken.of("second")));
    }

    /** The layout of a mounted Kubernetes secret: token -> ..data/token, ..data -> a directory that is replaced. */
    @Test
    void aSecretThatIsReplacedByASymlinkSwapIsReadAgain() throws Exception {
        Path old = Files.createDirectory(folder.resolve("..1"));
        Files.writeString(old.resolve("token"), "first");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), old.getFileName());
        Path file = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
        TokenSource source = AccessToken.fromFile(file);
        assertEquals(AccessToken.of("first"), token(source));

        Path next = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(next.resolve("token"), "second");
        Files.setLastModifiedTime(next.resolve("token"), Files.getLastModifiedTime(old.resolve("token")));
        Path swap = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
        Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
        assertEquals(AccessToken.of("second"), source.renewed(AccessToken.of("first")));
    }

    @Test
    void theLastTokenStaysInUseWhileTheFileCannotBeRead() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "first");
        TokenSource source = AccessToken.fromFile(file);
        assertEquals(AccessToken.of("first"), token(source));
        Files.writeString(file, "");
        assertEquals(AccessToken.of("first"), token(source));
        Files.delete(file);
        assertEquals(AccessToken.of("first"), token(source));
    }

    @Test
    void withoutAnyTokenTheReasonNamesTheFileAndNotItsContent() throws Exception {
        Path file = folder.resolve("token");
        TokenSource source = AccessToken.fromFile(file);
        assertTrue(((Unavailable) token(source)).reason().contains(file.toString()));
        Files.writeString(file, "two words");
        String reason = ((Unavailable) token(source)).reason();
        assertTrue(reason.contains(file.toString()), reason);
        assertFalse(reason.contains("two words"), reason);
        Files.writeString(file, "first");
        assertEquals(AccessToken.of("first"), token(source));
    }
}
