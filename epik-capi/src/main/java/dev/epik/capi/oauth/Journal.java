// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.file.PrivateFile;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer to a renewal, on disk while it arrives: one line that says what was asked when, and behind it the body as it
 * came. It counts only beside the grant that was stored when it was asked; after the next save it is nobody's.
 */
final class Journal {
    private static final Pattern HEAD =
            Pattern.compile("epik-oauth-journal-1 (refresh|connect) ([0-9a-f]{64}|-) (\\d{1,15})");

    private final Path file;
    private final Step.Listener steps;

    Journal(Path file, Step.Listener steps) {
        this.file = file;
        this.steps = steps;
    }

    /** Before the request goes: what cannot be kept is not asked for. */
    void begin(boolean refresh, Optional<OAuthGrant> stored, Instant now) throws TokenStoreException {
        String head = "epik-oauth-journal-1 " + (refresh ? "refresh" : "connect") + " " + fingerprint(stored) + " "
                + now.toEpochMilli() + "\n";
        try {
            PrivateFile.write(file, head.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException trouble) {
            throw StoreFiles.failure(file, "written", trouble);
        }
    }

    /** Writes the body behind the line, and hands it on when it is whole. */
    BodySubscriber<String> body() {
        BodySubscriber<Path> written =
                BodySubscribers.ofFile(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return BodySubscribers.mapping(written, path -> {
            steps.reached(Step.ANSWERED);
            return read().map(text -> text.substring(text.indexOf('\n') + 1)).orElse("");
        });
    }

    /** What a crash left. Where that is not the whole answer, or of another time, it is removed: there are tokens in it. */
    Optional<OAuthGrant> leftBehind(Optional<OAuthGrant> stored) {
        Optional<String> text = read();
        Optional<OAuthGrant> grant = text.flatMap(left -> grant(left, stored));
        if (text.isPresent() && grant.isEmpty()) {
            clear();
        }
        return grant;
    }

    private static Optional<OAuthGrant> grant(String text, Optional<OAuthGrant> stored) {
        int end = text.indexOf('\n');
        Matcher head = HEAD.matcher(end < 0 ? "" : text.substring(0, end));
        if (!head.matches() || !head.group(2).equals(fingerprint(stored))) {
            return Optional.empty();
        }
        Instant asked = Instant.ofEpochMilli(Long.parseLong(head.group(3)));
        Optional<OAuthGrant> before = head.group(1).equals("refresh") ? stored : Optional.empty();
        return TokenEndpoint.saved(text.substring(end + 1))
                .flatMap(granted -> GrantRules.grant(granted, asked, before));
    }

    /** After the grant was saved. Should this fail, the line no longer fits the store, and the rest is passed over. */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException leftThere) {
            // see above; the next renewal overwrites it
        }
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException noneOrNoText) {
            return Optional.empty();
        }
    }

    private static String fingerprint(Optional<OAuthGrant> stored) {
        if (stored.isEmpty()) {
            return "-";
        }
        String tokens = stored.get().accessToken() + "\n" + stored.get().refreshToken();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(tokens.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
