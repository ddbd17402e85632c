// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.capi.EpikException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A plan file that cannot be used. It has all mistakes of the file. Nothing was sent. */
public final class PlanFileException extends EpikException {
    private static final long serialVersionUID = 1L;

    private final ArrayList<PlanMistakeText> mistakes = new ArrayList<>();

    /** A mistake, as it is serialized. */
    private record PlanMistakeText(int line, String field, String message) implements java.io.Serializable {}

    PlanFileException(String file, List<PlanMistake> mistakes) {
        super(file + " has " + (mistakes.size() == 1 ? "a mistake" : mistakes.size() + " mistakes") + ":\n"
                + mistakes.stream().map(mistake -> "  " + mistake).collect(Collectors.joining("\n")));
        mistakes.forEach(each -> this.mistakes.add(new PlanMistakeText(each.line(), each.field(), each.message())));
    }

    /** Returns the mistakes, in the order of their lines; at least one. */
    public List<PlanMistake> mistakes() {
        return mistakes.stream()
                .map(each -> new PlanMistake(each.line, each.field, each.message))
                .toList();
    }
}
