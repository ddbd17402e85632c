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
 * The journal of a token file. It holds Pinterest's answer to a renewal from its arrival until the new grant is stored,
 * so that a crash in between does not lose it.
 *
 * <p>Its first line has the request, its time, and the grant that was stored at that time. The body of the answer
 * follows as it was received. The file is valid only as long as the store still holds that grant: after the next save
 * it is ignored. Not thread-safe.
 */
final class PendingGrantFile {
    private static final Pattern HEAD =
            Pattern.compile("epik-oauth-journal-1 (refresh|connect) ([0-9a-f]{64}|-) (\\d{1,15})");

    private final Path file;
    private final RenewalCrashPoint.Listener crashPoints;

    PendingGrantFile(Path file, RenewalCrashPoint.Listener crashPoints) {
        this.file = file;
        this.crashPoints = crashPoints;
    }

    /**
     * Writes the first line. Called before the request, so that nothing is requested that could not be kept.
     *
     * @param refresh whether the refresh token is used, otherwise the code of a new consent
     * @param stored the grant in the store
     */
    void begin(boolean refresh, Optional<OAuthGrant> stored, Instant now) throws TokenStoreException {
        String head = "epik-oauth-journal-1 " + (refresh ? "refresh" : "connect") + " " + fingerprint(stored) + " "
                + now.toEpochMilli() + "\n";
        try {
            PrivateFile.write(file, head.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw TokenFileErrors.failure(file, "written", e);
        }
    }

    /** Returns a subscriber that writes the body into the file, and returns it once it is complete. */
    BodySubscriber<String> body() {
        BodySubscriber<Path> written =
                BodySubscribers.ofFile(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return BodySubscribers.mapping(written, path -> {
            crashPoints.reached(RenewalCrashPoint.ANSWERED);
            return read().map(text -> text.substring(text.indexOf('\n') + 1)).orElse("");
        });
    }

    /**
     * Returns the grant that a crash has left in the file. Deletes the file if it has no complete answer or belongs to
     * an earlier grant, because it may contain tokens.
     */
    Optional<OAuthGrant> recover(Optional<OAuthGrant> stored) {
        Optional<String> text = read();
        Optional<OAuthGrant> grant = text.flatMap(content -> grant(content, stored));
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

    /**
     * Deletes the file after the grant was stored. If that fails, its first line no longer matches, so it is ignored.
     */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // the next renewal overwrites it
        }
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
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
        } catch (NoSuchAlgorithmException e) { // cannot happen: every JDK has SHA-256
            throw new IllegalStateException(e);
        }
    }
}
