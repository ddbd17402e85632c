// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

/** A {@link TokenStore} cannot do it now. Its message names the store and the cure, never what is in it. */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean needsPeople;

    /**
     * For stores.
     *
     * @param needsPeople whether waiting alone will not help
     */
    public TokenStoreException(String message, boolean needsPeople) {
        super(message);
        this.needsPeople = needsPeople;
    }

    public boolean needsPeople() {
        return needsPeople;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
