// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AdAccount;
import dev.epik.capi.ConversionDeletion;
import dev.epik.capi.EpikClient;
import dev.epik.capi.ErasureRequest;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import java.util.List;

/** The code of {@code docs/privacy.md}. */
final class PrivacyPage {
    private PrivacyPage() {}

    static EpikClient open(AdAccount account, Outbox outbox) {
        // tag::payload-keys[]
        PayloadKeys keys = PayloadKeys.parse(System.getenv("EPIK_PAYLOAD_KEYS")); // "2027:BASE64 2026:BASE64"
        return EpikClient.builder(Mode.LIVE, account, outbox).payloadKeys(keys).open();
        // end::payload-keys[]
    }

    static ConversionDeletion.Result erase(
            EpikClient epik, AdAccount account, String email, String phone, String orderNumber)
            throws InterruptedException {
        // tag::erase[]
        ErasureRequest person = ErasureRequest.builder()
                .email(email)
                .phone(phone)
                .eventId(orderNumber)
                .build();
        ErasureRequest.Result erased = epik.erase(person); // waiting, dead, remembered, beingSent, unreadable
        ConversionDeletion deletion = ConversionDeletion.of(account, EpikClient.PRODUCTION);
        ConversionDeletion.Result filed = deletion.file(List.of(email), List.of()); // a beta of Pinterest
        // end::erase[]
        System.out.println(erased);
        return filed;
    }
}
