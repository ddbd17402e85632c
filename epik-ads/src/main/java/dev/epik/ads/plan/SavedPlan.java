// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsException;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A plan that {@link Plan#save} wrote. It can be applied for 24 hours, as long as the ad account is as it was when the
 * plan was made. The plan's own writes do not count, so it can be applied again after a crash. Immutable.
 */
public final class SavedPlan {
    private static final long MAX_BYTES = 64_000_000;

    private final PlanFile file;
    private final Instant created;
    private final Instant expires;
    private final boolean adopts;
    private final boolean overwritesDrift;
    private final String fingerprint;
    private final Fingerprint read;

    private SavedPlan(PlanFile file, Instant created, Instant expires, Fields json, Fingerprint read) {
        this.file = file;
        this.created = created;
        this.expires = expires;
        this.adopts = json.isTrue("adopt");
        this.overwritesDrift = json.isTrue("overwrite_drift");
        this.fingerprint = json.text("fingerprint").orElse("");
        this.read = read;
    }

    /**
     * Reads a saved plan.
     *
     * @throws AdsException if it cannot be read, or was changed
     */
    public static SavedPlan read(Path path) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw invalid(path);
            }
            Fields json = Fields.of(Json.read(Files.readString(path)));
            Optional<String> text = json.text("text");
            Optional<String> planPath = json.text("file");
            if (json.number("version").orElse(0) != PlanJson.VERSION || text.isEmpty() || planPath.isEmpty()) {
                throw invalid(path);
            }
            Map<String, String> hashes = new LinkedHashMap<>();
            json.object("read").json().forEach((id, hash) -> hashes.put(id, String.valueOf(hash)));
            Path original = Path.of(planPath.get());
            boolean isHere = original.getParent() != null && Files.isDirectory(original.getParent());
            PlanFile file = PlanFile.of(
                    text.get(), isHere ? original : path.resolveSibling(String.valueOf(original.getFileName())));
            Fingerprint read = new Fingerprint(new java.util.TreeMap<>(hashes));
            if (!read.whole(file.text()).equals(json.text("fingerprint").orElse(""))) {
                throw invalid(path);
            }
            return new SavedPlan(
                    file,
                    Instant.parse(json.text("created").orElse("")),
                    Instant.parse(json.text("expires").orElse("")),
                    json,
                    read);
        } catch (IOException | DateTimeException | java.nio.file.InvalidPathException e) {
            throw invalid(path);
        }
    }

    private static AdsException invalid(Path path) {
        return new AdsException(
                "The file " + path + " is not a saved plan of this version, or was changed: plan again");
    }

    /** Returns the plan file as it was when the plan was made. */
    public PlanFile file() {
        return file;
    }

    /** Returns when the plan was made. */
    public Instant created() {
        return created;
    }

    /** Returns until when it can be applied. */
    public Instant expires() {
        return expires.isBefore(created.plus(PlanJson.LIFETIME)) ? expires : created.plus(PlanJson.LIFETIME);
    }

    /** Returns whether it was made with {@link AdsPlanner#adopting()}. */
    public boolean adopts() {
        return adopts;
    }

    /** Returns whether it was made with {@link AdsPlanner#overwritingDrift()}. */
    public boolean overwritesDrift() {
        return overwritesDrift;
    }

    String fingerprint() {
        return fingerprint;
    }

    Fingerprint read() {
        return read;
    }
}
