package io.ordersystem.chart;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A change of one object of order-service, and the sentence that a rule then says. */
record PlantedViolation(
    ManifestRule rule, String kind, UnaryOperator<Manifest> change, String finding) {

  private static final String POD = Manifest.POD;
  private static final String CONTAINER = POD + "/containers/0";

  static Stream<PlantedViolation> all() {
    return Stream.of(scaling(), security(), bounds(), environment(), references())
        .flatMap(List::stream);
  }

  /** The release with the violation in it. */
  Release in(Release good) {
    return good.with(kind, "order-service", change);
  }

  @Override
  public String toString() {
    return rule + ": " + finding;
  }

  private static PlantedViolation pod(
      ManifestRule rule, String pointer, Object value, String finding) {
    return new PlantedViolation(rule, "Deployment", it -> it.with(pointer, value), finding);
  }

  private static PlantedViolation podWithout(ManifestRule rule, String pointer, String finding) {
    return new PlantedViolation(rule, "Deployment", it -> it.without(pointer), finding);
  }

  private static PlantedViolation config(
      ManifestRule rule, String variable, String value, String finding) {
    return new PlantedViolation(
        rule, "ConfigMap", it -> it.with("/data/" + variable, value), finding);
  }

  private static List<PlantedViolation> scaling() {
    var grace = ManifestRule.GRACE_COVERS_SLEEP_AND_DRAIN;
    return List.of(
        pod(
            ManifestRule.NO_REPLICAS_BESIDE_AN_AUTOSCALER,
            "/spec/replicas",
            2,
            "has spec.replicas beside an autoscaler"),
        pod(
            grace,
            POD + "/terminationGracePeriodSeconds",
            29,
            "is killed after 29 s, before 10 s of sleep and 20 s of drain end"),
        new PlantedViolation(
            ManifestRule.ONE_AUTOSCALER_FOR_EACH,
            "PodDisruptionBudget",
            it ->
                it.with("/kind", "ScaledObject")
                    .with(
                        "/spec",
                        Map.of("scaleTargetRef", Map.of("name", "order-system-order-service"))),
            "has more than one autoscaler"),
        new PlantedViolation(
            ManifestRule.DRAINS_ARE_POSSIBLE,
            "PodDisruptionBudget",
            it -> it.with("/spec/maxUnavailable", 0),
            "lets nobody go"),
        new PlantedViolation(
            ManifestRule.DRAINS_ARE_POSSIBLE,
            "PodDisruptionBudget",
            it -> it.with("/spec/maxUnavailable", "0%"),
            "lets nobody go"),
        new PlantedViolation(
            ManifestRule.DRAINS_ARE_POSSIBLE,
            "PodDisruptionBudget",
            it -> it.with("/spec/minAvailable", 1),
            "has a minimum"),
        new PlantedViolation(
            ManifestRule.DRAINS_ARE_POSSIBLE,
            "PodDisruptionBudget",
            it -> it.without("/spec/unhealthyPodEvictionPolicy"),
            "keeps broken pods"),
        pod(
            ManifestRule.IMAGES_ARE_FIXED,
            CONTAINER + "/image",
            "registry:5000/order-service",
            "has the moving image"),
        pod(
            ManifestRule.IMAGES_ARE_FIXED,
            CONTAINER + "/image",
            "order-service:latest",
            "has the moving image"),
        config(
            grace,
            "QUARKUS_SHUTDOWN_TIMEOUT",
            "60S",
            "is killed after 40 s, before 10 s of sleep and 60 s of drain end"),
        config(grace, "QUARKUS_SHUTDOWN_TIMEOUT", "0S", "lets nothing drain"),
        podWithout(grace, CONTAINER + "/lifecycle", "has no preStop sleep"));
  }

  private static List<PlantedViolation> security() {
    var rule = ManifestRule.PODS_ARE_RESTRICTED;
    return List.of(
        podWithout(rule, POD + "/securityContext/runAsNonRoot", "may run as root"),
        pod(rule, POD + "/securityContext/runAsUser", 0, "runs as root"),
        pod(
            rule,
            POD + "/securityContext/seccompProfile/type",
            "Unconfined",
            "has no seccomp profile"),
        podWithout(rule, POD + "/automountServiceAccountToken", "mounts a token"),
        podWithout(rule, POD + "/enableServiceLinks", "takes variables of service links"),
        pod(rule, POD + "/hostNetwork", true, "has hostNetwork"),
        pod(rule, POD + "/hostPID", true, "has hostPID"),
        pod(rule, POD + "/hostIPC", true, "has hostIPC"),
        pod(
            rule,
            POD + "/volumes",
            List.of(Map.of("name", "tmp", "hostPath", Map.of("path", "/"))),
            "has the volume {"),
        podWithout(
            rule,
            CONTAINER + "/securityContext/allowPrivilegeEscalation",
            "may escalate privileges"),
        pod(rule, CONTAINER + "/securityContext/privileged", true, "is privileged"),
        pod(
            rule,
            CONTAINER + "/securityContext/readOnlyRootFilesystem",
            false,
            "may write to its root file system"),
        pod(
            rule,
            CONTAINER + "/securityContext/capabilities/drop",
            List.of("NET_RAW"),
            "keeps capabilities"),
        pod(
            rule,
            CONTAINER + "/securityContext/capabilities/add",
            List.of("NET_ADMIN"),
            "adds capabilities"),
        podWithout(rule, CONTAINER + "/volumeMounts", "has no /tmp to write to"),
        pod(rule, CONTAINER + "/ports/0/hostPort", 8080, "has a host port"));
  }

  private static List<PlantedViolation> bounds() {
    var bounds = ManifestRule.CONTAINERS_ARE_BOUNDED;
    var probes = ManifestRule.PROBES_ASK_THE_MANAGEMENT_PORT;
    return List.of(
        podWithout(bounds, CONTAINER + "/resources/requests/cpu", "requests no cpu"),
        podWithout(bounds, CONTAINER + "/resources/requests/memory", "requests no memory"),
        podWithout(bounds, CONTAINER + "/resources/limits", "has no limit of memory"),
        podWithout(
            bounds, POD + "/volumes/0/emptyDir/sizeLimit", "has an emptyDir without a size limit"),
        podWithout(probes, CONTAINER + "/startupProbe", "has no startup probe"),
        pod(
            probes,
            CONTAINER + "/livenessProbe/httpGet/path",
            "/q/health",
            "has no liveness probe"),
        podWithout(probes, CONTAINER + "/readinessProbe", "has no readiness probe"),
        pod(
            probes,
            CONTAINER + "/livenessProbe/httpGet/port",
            "http",
            "asks another port by its livenessProbe"),
        pod(probes, CONTAINER + "/ports/1/containerPort", 9001, "has no management port 9000"));
  }

  private static List<PlantedViolation> environment() {
    var known = ManifestRule.ENVIRONMENT_IS_WHAT_THE_SERVICE_READS;
    var secrets = ManifestRule.SECRETS_COME_FROM_OUTSIDE;
    return List.of(
        config(
            known,
            "QUARKUS_DATASOURCE_URL",
            "",
            "sets QUARKUS_DATASOURCE_URL, which order-service does not read"),
        config(
            known,
            "QUARKUS_MAILER_HOST",
            "",
            "sets QUARKUS_MAILER_HOST, which order-service does not read"),
        pod(
            known,
            CONTAINER + "/env/0/name",
            "INSTANCE",
            "sets INSTANCE, which order-service does not read"),
        new PlantedViolation(
            known,
            "ConfigMap",
            it -> it.without("/data/KAFKA_BOOTSTRAP_SERVERS"),
            "does not set KAFKA_BOOTSTRAP_SERVERS, which order-service reads"),
        config(
            secrets,
            "QUARKUS_DATASOURCE_PASSWORD",
            "orders",
            "keeps QUARKUS_DATASOURCE_PASSWORD in plain text"),
        pod(
            secrets,
            CONTAINER + "/env",
            List.of(Map.of("name", "QUARKUS_DATASOURCE_USERNAME", "value", "orders")),
            "keeps QUARKUS_DATASOURCE_USERNAME in plain text"),
        new PlantedViolation(
            secrets,
            "ServiceAccount",
            it -> it.with("/kind", "Secret"),
            "is a secret in the chart"));
  }

  private static List<PlantedViolation> references() {
    var rule = ManifestRule.REFERENCES_RESOLVE;
    return List.of(
        pod(
            rule,
            POD + "/serviceAccountName",
            "nobody",
            "refers to ServiceAccount nobody, which is not there"),
        pod(
            rule,
            CONTAINER + "/envFrom",
            List.of(Map.of("configMapRef", Map.of("name", "nothing"))),
            "refers to ConfigMap nothing, which is not there"),
        new PlantedViolation(
            rule,
            "HorizontalPodAutoscaler",
            it -> it.with("/spec/scaleTargetRef/name", "nothing"),
            "refers to Deployment nothing, which is not there"),
        new PlantedViolation(
            rule,
            "Service",
            it -> it.with("/spec/selector/app.kubernetes.io~1component", "other"),
            "selects the pods of no or several deployments"),
        new PlantedViolation(
            rule,
            "Service",
            it -> it.without("/spec/selector/app.kubernetes.io~1component"),
            "selects the pods of no or several deployments"),
        new PlantedViolation(
            rule,
            "NetworkPolicy",
            it -> it.with("/spec/podSelector/matchLabels", Map.of()),
            "selects the pods of no or several deployments"),
        new PlantedViolation(
            rule,
            "PodDisruptionBudget",
            it -> it.with("/spec/selector/matchLabels", Map.of()),
            "selects the pods of no or several deployments"));
  }
}
