// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.util.Optional;

/**
 * How far a run is. A line of it is written before each request, so that after a crash the rows of one request are
 * uncertain and no others. Immutable.
 *
 * @param removed how many rows Pinterest has confirmed to be removed
 * @param removing the end of the rows that may be removed; equal to {@code removed} if no request is running
 * @param added how many rows Pinterest has confirmed to be added
 * @param adding the end of the rows that may be added
 */
record RunProgress(long removed, long removing, long added, long adding) {
    static final RunProgress START = new RunProgress(0, 0, 0, 0);

    RunProgress sending(boolean isAdd, long rows) {
        return isAdd
                ? new RunProgress(removed, removed, added, added + rows)
                : new RunProgress(removed, removed + rows, added, added);
    }

    /** Returns the progress after the running request was confirmed. */
    RunProgress confirmed() {
        return new RunProgress(removing, removing, adding, adding);
    }

    String line() {
        return removed + " " + removing + " " + added + " " + adding + "\n";
    }

    /** Returns the last complete line of a file; empty if there is none. A crash may have cut the last line. */
    static Optional<RunProgress> last(String file) {
        int end = file.lastIndexOf('\n');
        if (end < 0) {
            return Optional.empty();
        }
        String line = file.substring(file.lastIndexOf('\n', end - 1) + 1, end);
        if (!line.matches("[0-9]{1,18}( [0-9]{1,18}){3}")) {
            throw new ListException("The file of the progress is damaged. " + ListException.START_AGAIN);
        }
        String[] numbers = line.split(" ", -1);
        return Optional.of(new RunProgress(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3])));
    }
}
