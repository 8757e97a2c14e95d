package loanflow;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;

/**
 * Names a TLS client by the SPIFFE id of its certificate, as User:spiffe://trust-domain/path. A certificate with no such
 * id, or with several, is refused; Kafka's own mapping rules see only the subject, which is empty in the mesh.
 *
 * <p>Extends the default builder because KRaft needs its KafkaPrincipalSerde for requests forwarded to the controller.
 */
public final class SpiffePrincipalBuilder extends DefaultKafkaPrincipalBuilder {
    private static final Integer URI = 6;

    public SpiffePrincipalBuilder() {
        super(null, SslPrincipalMapper.fromRules("DEFAULT"));
    }

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (!(context instanceof SslAuthenticationContext ssl)) {
            throw new SslAuthenticationException("only TLS says who a client is");
        }
        try {
            X509Certificate leaf = (X509Certificate) ssl.session().getPeerCertificates()[0];
            return new KafkaPrincipal(KafkaPrincipal.USER_TYPE, spiffeId(leaf.getSubjectAlternativeNames()));
        } catch (SSLPeerUnverifiedException | CertificateParsingException error) {
            throw new SslAuthenticationException("no certificate that says who the client is", error);
        }
    }

    private static String spiffeId(Collection<List<?>> names) {
        List<String> found = new ArrayList<>();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (URI.equals(name.get(0))) {
                found.add((String) name.get(1));
            }
        }
        if (found.size() != 1 || !found.get(0).startsWith("spiffe://")) {
            throw new SslAuthenticationException("a client's certificate has exactly one URI, its SPIFFE id");
        }
        return found.get(0);
    }
}
