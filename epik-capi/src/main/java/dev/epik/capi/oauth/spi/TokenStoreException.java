// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth.spi;

/** A {@link TokenStore} failed. The message names the store and the cure, and quotes nothing of what is stored. */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean needsOperator;

    /**
     * Creates the exception.
     *
     * @param needsOperator true if somebody has to act, because waiting alone does not help
     */
    public TokenStoreException(String message, boolean needsOperator) {
        super(message);
        this.needsOperator = needsOperator;
    }

    /** Returns whether somebody has to act, because waiting alone does not help. */
    public boolean needsOperator() {
        return needsOperator;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
