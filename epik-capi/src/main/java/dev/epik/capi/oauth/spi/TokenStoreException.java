// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth.spi;

/** The failure of a {@link TokenStore}. The message names the store and the cure, and never quotes what is stored. */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean needsOperator;

    /**
     * Creates the exception.
     *
     * @param message names the store and the cure, and quotes no token
     * @param needsOperator true if an operator has to act, because waiting alone does not help
     */
    public TokenStoreException(String message, boolean needsOperator) {
        super(message);
        this.needsOperator = needsOperator;
    }

    /** Returns whether an operator has to act, because waiting alone does not help. */
    public boolean needsOperator() {
        return needsOperator;
    }

    /** Returns the message, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
