// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A plan file that was read: what an ad account should have. Immutable. It has no connection to the file.
 *
 * <p>Beside the file is its state, {@code FILE.state}: the ids and values that were applied last. Keep it with the
 * file.
 */
public final class PlanFile {
    private final Path path;
    private final String text;
    private final PlanModel model;

    private PlanFile(Path path, String text, PlanModel model) {
        this.path = path;
        this.text = text;
        this.model = model;
    }

    /**
     * Reads a plan file.
     *
     * @throws PlanFileException if it has mistakes: it names all of them
     * @throws AdsException if it cannot be read, is larger than 32 MB, or is not UTF-8
     */
    public static PlanFile read(Path path) {
        try {
            if (Files.size(path) > 4L * YamlReader.MAX_CHARACTERS) {
                throw new AdsException("The plan file " + path + " is larger than 32 MB: divide it");
            }
            byte[] bytes = Files.readAllBytes(path);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return of(text, path);
        } catch (CharacterCodingException e) {
            throw new AdsException("The plan file " + path + " is not UTF-8: save it as UTF-8");
        } catch (IOException e) {
            throw new AdsException("The plan file " + path + " cannot be read: "
                    + e.getClass().getSimpleName() + ". Check the path and its permissions");
        }
    }

    /**
     * Reads the text of a plan file.
     *
     * @param path the file it stands for; its state is beside it
     * @throws PlanFileException if it has mistakes: it names all of them
     */
    public static PlanFile of(String text, Path path) {
        Path name = path.getFileName();
        return new PlanFile(path, text, PlanReader.read(name == null ? "The plan" : name.toString(), text));
    }

    /** Returns the path that it was read from. */
    public Path path() {
        return path;
    }

    /** Returns the text of the file. */
    public String text() {
        return text;
    }

    /** Returns the id of its ad account. */
    public String adAccount() {
        return model.adAccount();
    }

    PlanModel model() {
        return model;
    }

    /** Returns the file with the ids and values that were applied last. */
    Path statePath() {
        Path name = path.getFileName();
        return path.resolveSibling((name == null ? "plan" : name) + ".state");
    }
}
