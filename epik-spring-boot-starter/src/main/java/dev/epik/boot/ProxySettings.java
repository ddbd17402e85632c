// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.servlet.TrustedProxies;
import org.springframework.beans.factory.ObjectProvider;

/** The proxies in front of the application: a bean of its own, otherwise {@code epik.trusted-proxies}. */
final class ProxySettings {
    private ProxySettings() {}

    static TrustedProxies read(EpikProperties properties, ObjectProvider<TrustedProxies> own) {
        String[] networks = properties.trustedProxies().toArray(String[]::new);
        return own.getIfUnique(
                () -> SettingException.check("epik.trusted-proxies", () -> TrustedProxies.xForwardedFor(networks)));
    }
}
