// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AdAccount;
import dev.epik.capi.ConversionDeletion;
import dev.epik.capi.EpikClient;
import dev.epik.capi.ErasureRequest;
import java.util.List;

/** The code of {@code docs/privacy.md}. */
final class PrivacyPage {
    private PrivacyPage() {}

    static ConversionDeletion.Result erase(
            EpikClient epik, AdAccount account, String email, String phone, String orderNumber)
            throws InterruptedException {
        // tag::erase[]
        ErasureRequest person = ErasureRequest.builder()
                .email(email)
                .phone(phone)
                .eventId(orderNumber)
                .build();
        ErasureRequest.Result erased = epik.erase(person); // waiting, dead, remembered, beingSent
        ConversionDeletion deletion = ConversionDeletion.of(account, EpikClient.PRODUCTION);
        ConversionDeletion.Result filed = deletion.file(List.of(email), List.of()); // a beta of Pinterest
        // end::erase[]
        System.out.println(erased);
        return filed;
    }
}
