// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.ServletVisit;
import jakarta.servlet.http.HttpServletRequest;

/** The code of {@code docs/consent.md} that concerns the sale. */
final class ConsentPage {
    private ConsentPage() {}

    static Visit withOwnConsent(HttpServletRequest request, boolean accepted) {
        // tag::own-consent[]
        Visit.Consent answer = accepted ? Visit.Consent.GRANTED : Visit.Consent.DENIED;
        Visit visit = ServletVisit.of(request).withConsent(answer, "the customer's account");
        // end::own-consent[]
        return visit;
    }
}
