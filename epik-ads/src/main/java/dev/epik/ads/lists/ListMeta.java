// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * To which list a directory belongs. Immutable.
 *
 * @param id null as long as it is not known
 * @param isCreating whether a request that creates the list may have been sent
 */
record ListMeta(
        String account,
        String name,
        ListForm form,
        @Nullable String id,
        boolean isCreating) {
    ListMeta withId(String listId) {
        return new ListMeta(account, name, form, listId, false);
    }

    ListMeta creating(boolean creating) {
        return new ListMeta(account, name, form, id, creating);
    }

    String json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("account", account);
        json.put("name", name);
        json.put("form", form.name());
        json.put("id", id);
        json.put("creating", isCreating);
        return Json.write(json);
    }

    static ListMeta read(String text) {
        try {
            Fields fields = Fields.of(Json.read(text));
            return new ListMeta(
                    fields.text("account").orElseThrow(ListMeta::damaged),
                    fields.text("name").orElseThrow(ListMeta::damaged),
                    ListForm.valueOf(fields.text("form").orElseThrow(ListMeta::damaged)),
                    fields.text("id").orElse(null),
                    fields.isTrue("creating"));
        } catch (IOException | IllegalArgumentException e) {
            throw damaged();
        }
    }

    private static ListException damaged() {
        return new ListException("The file list.json is damaged. " + ListException.START_AGAIN);
    }

    /** Returns why this directory cannot be used for another list; empty if it is the same list. */
    Optional<String> difference(ListMeta wanted) {
        if (!account.equals(wanted.account)) {
            return Optional.of("The directory belongs to the ad account " + account + ": use another directory");
        }
        if (!name.equals(wanted.name)) {
            return Optional.of("The directory belongs to the list \"" + name + "\": use another directory");
        }
        if (form != wanted.form) {
            return Optional.of(
                    "The list was begun with " + (form == ListForm.EMAILS ? "emails only" : "several columns")
                            + ": give the same columns, or begin a new list in another directory");
        }
        return wanted.id != null && id != null && !id.equals(wanted.id)
                ? Optional.of("The directory belongs to the list with the id " + id + ": use another directory")
                : Optional.empty();
    }
}
