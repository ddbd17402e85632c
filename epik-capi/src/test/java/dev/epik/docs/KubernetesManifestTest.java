// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the manifests in {@code docs/kubernetes}, and the figures of the page. */
class KubernetesManifestTest {
    private static final Path MANIFESTS = Documents.ROOT.resolve("docs/kubernetes");
    private static final String PAGE = "docs/kubernetes.md";
    private static final String DEPLOYMENT = "deployment.yaml";
    private static final String STATEFUL_SET = "statefulset.yaml";
    private static final String CONFIG = "application.yaml";

    /** The types of the manifests, by API version and kind. */
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "apps/v1/Deployment", Deployment.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                /** Returns false: the types would keep unknown fields as additional properties. */
                @Override
                public Boolean hasAnySetter(Annotated type) {
                    return false;
                }
            });

    private static List<HasMetadata> read(String file) throws IOException {
        return parse(Files.readString(MANIFESTS.resolve(file)));
    }

    private static List<HasMetadata> parse(String yaml) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            for (JsonNode document : documents.readAll()) {
                String kind = document.path("apiVersion").asText() + "/"
                        + document.path("kind").asText();
                Class<? extends HasMetadata> type = KINDS.get(kind);
                assertTrue(type != null, "unknown kind " + kind);
                objects.add(YAML.treeToValue(document, type));
            }
        }
        return objects;
    }

    private static <T> T only(String file, Class<T> type) throws IOException {
        List<T> found =
                read(file).stream().filter(type::isInstance).map(type::cast).toList();
        assertEquals(1, found.size(), file + ": " + type.getSimpleName());
        return found.get(0);
    }

    private static PodTemplateSpec template(String file) throws IOException {
        return file.equals(DEPLOYMENT)
                ? only(file, Deployment.class).getSpec().getTemplate()
                : only(file, StatefulSet.class).getSpec().getTemplate();
    }

    private static PodSpec pod(String file) throws IOException {
        return template(file).getSpec();
    }

    private static Container container(String file) throws IOException {
        assertEquals(1, pod(file).getContainers().size());
        return pod(file).getContainers().get(0);
    }

    private static ObjectNode settings(String file) throws IOException {
        String text = only(file, ConfigMap.class).getData().get(CONFIG);
        return (ObjectNode) YAML.readTree(text);
    }

    @Test
    void everyManifestIsOfKnownKindsAndFields() throws IOException {
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            for (Path file : files.toList()) {
                for (HasMetadata object : read(file.getFileName().toString())) {
                    assertFalse(object.getMetadata().getName().isBlank(), file::toString);
                }
            }
        }
    }

    @Test
    void anUnknownFieldKindOrKeyIsRefused() throws IOException {
        String manifest = Files.readString(MANIFESTS.resolve(DEPLOYMENT));
        for (String field : List.of("terminationGracePeriodSeconds", "readinessProbe", "maxSurge", "targetPort")) {
            String misspelt = manifest.replace(field + ":", field + "s:");
            assertThrows(JsonMappingException.class, () -> parse(misspelt), field);
        }
        String twice = manifest.replace("  replicas: 3\n", "  replicas: 3\n  replicas: 3\n");
        assertThrows(IOException.class, () -> parse(twice));
        assertThrows(AssertionError.class, () -> parse(manifest.replace("kind: Deployment", "kind: Deploymnt")));
    }

    /** The figures of the page are those of the manifests, and of the code. */
    @Test
    void theStepsOfAStopFitIntoTheGracePeriod() throws Exception {
        String page = Files.readString(Documents.ROOT.resolve(PAGE));
        List<String> files = List.of(DEPLOYMENT, STATEFUL_SET);
        for (int column = 0; column < files.size(); column++) {
            String file = files.get(column);
            Duration preStop = Duration.ofSeconds(
                    container(file).getLifecycle().getPreStop().getSleep().getSeconds());
            Duration web = Duration.parse("PT"
                    + settings(file)
                            .at("/spring/lifecycle/timeout-per-shutdown-phase")
                            .asText());
            Duration drain = shutdownTimeout();
            Duration hanging =
                    hangingClose(file.equals(DEPLOYMENT) ? "outbox.jdbc.JdbcThreads" : "outbox.sqlite.SqliteWriter");
            Duration sum = preStop.plus(web).plus(drain).plus(hanging);
            Duration limit = Duration.ofSeconds(pod(file).getTerminationGracePeriodSeconds());

            assertTrue(sum.compareTo(limit) <= 0, file + ": " + sum + " exceeds " + limit);
            assertEquals(preStop, figure(page, "the pod leaves the Service", column));
            assertEquals(web, figure(page, "the web server answers", column));
            assertEquals(drain, figure(page, "Epik sends what is ready", column));
            assertEquals(hanging, figure(page, "Epik ends although", column));
            assertEquals(sum, figure(page, "sum", column));
            assertEquals(limit, figure(page, "SIGKILL |", column));
            String comment = "# preStop " + preStop.toSeconds() + " + web server " + web.toSeconds() + " + Epik "
                    + drain.toSeconds();
            assertTrue(Files.readString(MANIFESTS.resolve(file)).contains(comment), comment);
        }
    }

    private static Duration figure(String page, String row, int column) {
        Matcher figures = Pattern.compile("(?m)^\\| " + Pattern.quote(row) + ".*\\| \\D*(\\d+) s \\| \\D*(\\d+) s \\|$")
                .matcher(page);
        assertTrue(figures.find(), row);
        return Duration.ofSeconds(Integer.parseInt(figures.group(column + 1)));
    }

    private static Duration shutdownTimeout() throws IOException {
        Matcher row = Pattern.compile("\\| `shutdownTimeout` \\| (\\d+) s \\|")
                .matcher(Files.readString(Documents.ROOT.resolve("docs/delivery.md")));
        assertTrue(row.find());
        return Duration.ofSeconds(Integer.parseInt(row.group(1)));
    }

    /** Returns the time that closing takes beside the drain if everything hangs, in whole seconds. */
    private static Duration hangingClose(String outboxThreads) throws ReflectiveOperationException {
        Duration sum = Duration.ZERO;
        for (String limit : List.of(
                "ClientCore.MAX_STATS",
                "delivery.DeliveryThread.LAST_WRITES",
                "delivery.DeliveryThread.AFTER_INTERRUPT",
                "delivery.TokenPool.MAX_CLOSE",
                "ClientCore.MAX_REPORT",
                outboxThreads + ".MAX_CLOSE_TIME")) {
            int dot = limit.lastIndexOf('.');
            Field constant = Class.forName("dev.epik.capi." + limit.substring(0, dot))
                    .getDeclaredField(limit.substring(dot + 1));
            constant.setAccessible(true);
            sum = sum.plus((Duration) constant.get(null));
        }
        return Duration.ofSeconds(sum.plusMillis(999).toSeconds());
    }

    @ParameterizedTest
    @ValueSource(strings = {DEPLOYMENT, STATEFUL_SET})
    void probesAskForGroupsWithoutEpik(String file) throws IOException {
        Container shop = container(file);
        for (Probe probe : List.of(shop.getStartupProbe(), shop.getLivenessProbe())) {
            assertEquals("/actuator/health/liveness", probe.getHttpGet().getPath());
        }
        assertEquals(
                "/actuator/health/readiness",
                shop.getReadinessProbe().getHttpGet().getPath());
        ObjectNode settings = settings(file);
        assertTrue(settings.at("/management/endpoint/health/probes/enabled").asBoolean());
        assertTrue(settings.at("/management/endpoint/health/group").isMissingNode(), "the groups are Boot's own");
        assertEquals("graceful", settings.at("/server/shutdown").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {DEPLOYMENT, STATEFUL_SET})
    void containersHaveNoRightsAndWriteToVolumesOnly(String file) throws IOException {
        PodSpec pod = pod(file);
        Container shop = container(file);
        assertTrue(pod.getSecurityContext().getRunAsNonRoot());
        assertTrue(shop.getSecurityContext().getReadOnlyRootFilesystem());
        assertFalse(shop.getSecurityContext().getAllowPrivilegeEscalation());
        assertEquals(List.of("ALL"), shop.getSecurityContext().getCapabilities().getDrop());
        assertEquals(
                shop.getResources().getRequests().get("memory"),
                shop.getResources().getLimits().get("memory"));
        assertEquals(1, mounted(file, "tmp").size(), "Tomcat and SQLite's driver write to /tmp");
        assertEquals("/tmp", mounted(file, "tmp").get(0).getMountPath());
    }

    private static List<VolumeMount> mounted(String file, String volume) throws IOException {
        return container(file).getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {DEPLOYMENT, STATEFUL_SET})
    void theTokenIsAMountedSecretThatIsUpdated(String file) throws IOException {
        VolumeMount secret = mounted(file, "pinterest").get(0);
        assertTrue(secret.getReadOnly());
        assertEquals(null, secret.getSubPath(), "a file that is mounted so is not updated");
        Path token = Path.of(settings(file).at("/epik/access-token-file").asText());
        assertEquals(Path.of(secret.getMountPath()), token.getParent());
        int mode = pod(file).getVolumes().stream()
                .filter(volume -> volume.getName().equals("pinterest"))
                .findAny()
                .orElseThrow()
                .getSecret()
                .getDefaultMode();
        assertEquals(0440, mode, "YAML reads this number as octal");
        assertFalse(Files.readString(MANIFESTS.resolve(file)).contains("kind: Secret"), "no secret is in a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {DEPLOYMENT, STATEFUL_SET})
    void labelsPortsAndSettingsFitTogether(String file) throws IOException {
        Map<String, String> labels = template(file).getMetadata().getLabels();
        assertEquals(labels, only(file, Service.class).getSpec().getSelector());
        assertEquals(
                labels,
                file.equals(DEPLOYMENT)
                        ? only(file, Deployment.class).getSpec().getSelector().getMatchLabels()
                        : only(file, StatefulSet.class).getSpec().getSelector().getMatchLabels());
        assertEquals(
                labels,
                only("network-policy.yaml", NetworkPolicy.class)
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels());
        assertEquals(
                container(file).getPorts().get(0).getName(),
                only(file, Service.class)
                        .getSpec()
                        .getPorts()
                        .get(0)
                        .getTargetPort()
                        .getStrVal());
        String location = container(file).getEnv().stream()
                .filter(each -> each.getName().equals("SPRING_CONFIG_ADDITIONAL_LOCATION"))
                .findAny()
                .orElseThrow()
                .getValue();
        assertEquals(mounted(file, "settings").get(0).getMountPath() + "/", location);
    }

    /** The settings of the manifests are those of the page, which a test of the starter starts a shop with. */
    @Test
    void theSettingsAreThoseOfThePage() throws IOException {
        String page = Files.readString(Documents.ROOT.resolve(PAGE));
        Matcher block = Pattern.compile("(?s)<!-- snippet: kubernetes-settings -->\n```yaml\n(.*?)```")
                .matcher(page);
        assertTrue(block.find());
        assertEquals(YAML.readTree(block.group(1)), settings(DEPLOYMENT));
        ObjectNode withFile = settings(STATEFUL_SET);
        ((ObjectNode) withFile.get("epik")).remove("outbox");
        assertEquals(YAML.readTree(block.group(1)), withFile);
    }

    @Test
    void aRolloutOfTheDeploymentStartsANewPodBeforeItStopsAnOldOne() throws IOException {
        var spec = only(DEPLOYMENT, Deployment.class).getSpec();
        assertTrue(spec.getReplicas() > 1);
        assertEquals("RollingUpdate", spec.getStrategy().getType());
        assertEquals(
                0, spec.getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal());
        assertTrue(spec.getStrategy().getRollingUpdate().getMaxSurge().getIntVal() > 0);
    }

    @Test
    void theOutboxFileBelongsToOnePodOnAVolumeOfItsOwn() throws IOException {
        var spec = only(STATEFUL_SET, StatefulSet.class).getSpec();
        assertEquals(1, spec.getReplicas());
        assertEquals(
                spec.getServiceName(),
                only(STATEFUL_SET, Service.class).getMetadata().getName());
        PersistentVolumeClaim claim = spec.getVolumeClaimTemplates().get(0);
        assertEquals(List.of("ReadWriteOncePod"), claim.getSpec().getAccessModes());
        VolumeMount volume =
                mounted(STATEFUL_SET, claim.getMetadata().getName()).get(0);
        Path file = Path.of(settings(STATEFUL_SET).at("/epik/outbox/file").asText());
        assertEquals(Path.of(volume.getMountPath()), file.getParent());
    }

    @Test
    void egressIsDnsTheDatabaseAndPublicHttps() throws IOException {
        var spec = only("network-policy.yaml", NetworkPolicy.class).getSpec();
        assertEquals(List.of("Egress"), spec.getPolicyTypes());
        List<List<String>> ports = spec.getEgress().stream()
                .map(rule -> rule.getPorts().stream()
                        .map(port -> port.getProtocol() + port.getPort().getIntVal())
                        .toList())
                .toList();
        assertEquals(List.of(List.of("UDP53", "TCP53"), List.of("TCP5432"), List.of("TCP443")), ports);
        NetworkPolicyEgressRule pinterest = spec.getEgress().get(2);
        pinterest
                .getTo()
                .forEach(peer -> assertFalse(peer.getIpBlock().getExcept().isEmpty()));
    }
}
