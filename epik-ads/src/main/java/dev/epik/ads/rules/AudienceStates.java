// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import java.util.OptionalLong;

/** Explains the states of audiences and customer lists, of the API's versions 5.23 to 5.28. Pure functions. */
public final class AudienceStates {
    private AudienceStates() {}

    /** Returns whether ads can be shown to an audience in this state. */
    public static boolean isUsable(String state) {
        return state.equals("READY") || state.equals("ELIGIBLE");
    }

    /**
     * Returns what a state means and what to do about it, in a sentence.
     *
     * @param state the state, as Pinterest names it, of an audience or a customer list; empty if it sent none
     * @param type the type of the audience, as Pinterest names it; empty for a customer list
     * @param size how many people are in it; empty if unknown
     */
    public static String explain(String state, String type, OptionalLong size) {
        String people = size.isPresent() ? ", and it has " + size.getAsLong() : "";
        return switch (state) {
            case "READY" -> "It is ready: ads can be shown to it.";
            case "ELIGIBLE" -> "It is large enough: ads can be shown to it.";
            case "TOO_SMALL" -> "It is too small: Pinterest needs 100 matched people" + people + ". " + larger(type);
            case "INITIALIZING" ->
                "Pinterest is filling it, which takes up to 48 hours. "
                        + "Ads that target it are not shown to anybody until then: wait.";
            case "PROCESSING" -> "Pinterest is matching the rows, which takes up to 48 hours: wait.";
            case "UPLOADING" -> "An upload of rows is running: wait, or continue the upload if it was stopped.";
            case "PERSONAS_INELIGIBLE_SIZE" ->
                "It can be targeted, but it is too small for Pinterest's personas: " + larger(type);
            case "PERSONAS_INITIALIZING" -> "Pinterest is computing the personas of it: wait.";
            case "" -> "Pinterest sent no state: read it again later.";
            default -> "Pinterest's state is " + state + ", which this version does not know: see Ads Manager.";
        };
    }

    private static String larger(String type) {
        return switch (type) {
            case "VISITOR" ->
                "Wait for more visitors, keep them for more days (up to 540), or use an event that is more"
                        + " frequent, such as page_visit.";
            case "ACTALIKE" -> "Use a higher percentage (up to 10), a larger country, or a larger audience to be like.";
            case "ENGAGEMENT" -> "Wait for more people, or leave out a condition of its rule.";
            default -> "Add more rows: only people who use Pinterest under that address are matched.";
        };
    }
}
