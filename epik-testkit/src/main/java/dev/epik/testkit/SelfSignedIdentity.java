// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A new self-signed certificate for 127.0.0.1 with its private key. Its TLS context trusts this certificate only.
 *
 * <p>The JDK has no API that creates certificates, so the DER encoding (RFC 5280 §4.1) is written here. {@code keytool}
 * would need a process and a key file on disk for each certificate, and this class is part of the published jar:
 * {@link FaultProxy} creates one certificate per connection with {@link Fault#UNTRUSTED_CERTIFICATE}.
 */
record SelfSignedIdentity(SSLContext context) {
    private static final String PASSWORD = "none";

    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;
    private static final byte[] ECDSA_WITH_SHA256 = tlv(SEQUENCE, hex("06082a8648ce3d040302"));
    private static final byte[] NAME =
            tlv(SEQUENCE, tlv(0x31, tlv(SEQUENCE, hex("0603550403"), tlv(0x0c, "epik-testkit".getBytes(US_ASCII)))));
    private static final byte[] VALIDITY = tlv(
            SEQUENCE, tlv(0x17, "200101000000Z".getBytes(US_ASCII)), tlv(0x18, "20991231235959Z".getBytes(US_ASCII)));

    /** The extension subjectAltName with the IP address 127.0.0.1. */
    private static final byte[] EXTENSIONS = tlv(
            0xa3,
            tlv(SEQUENCE, tlv(SEQUENCE, hex("0603551d11"), tlv(0x04, tlv(SEQUENCE, tlv(0x87, hex("7f000001")))))));

    /** Creates a key pair and its certificate. */
    static SelfSignedIdentity create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            return new SelfSignedIdentity(context(store(keys, certificate(keys))));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This JDK cannot create a certificate", e);
        }
    }

    /** Wraps an accepted connection in TLS, as the server. */
    Socket secured(Socket plain) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        secure.setUseClientMode(false);
        return secure;
    }

    private static KeyStore store(KeyPair keys, Certificate certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", keys.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {certificate});
        store.setCertificateEntry("trusted", certificate);
        return store;
    }

    private static SSLContext context(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Certificate certificate(KeyPair keys) throws GeneralSecurityException {
        byte[] serial = BigInteger.valueOf(System.nanoTime() | 1L << 62).toByteArray();
        byte[] version3 = hex("a003020102");
        byte[] signed = tlv(
                SEQUENCE,
                version3,
                tlv(0x02, serial),
                ECDSA_WITH_SHA256,
                NAME,
                VALIDITY,
                NAME,
                keys.getPublic().getEncoded(),
                EXTENSIONS);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed);
        byte[] whole = tlv(SEQUENCE, signed, ECDSA_WITH_SHA256, tlv(BIT_STRING, new byte[1], signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    /** Returns a DER element: tag, length, and the parts as its value. */
    private static byte[] tlv(int tag, byte[]... parts) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = value.size();
        if (length >= 0x100) {
            whole.write(0x82); // two bytes of length follow
            whole.write(length >> 8);
        } else if (length >= 0x80) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(value.toByteArray());
        return whole.toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
