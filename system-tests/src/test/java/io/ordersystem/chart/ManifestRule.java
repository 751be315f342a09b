package io.ordersystem.chart;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the objects of one release have to keep beyond being valid. */
enum ManifestRule {
  /** Two owners of one field: an upgrade would reset what the autoscaler decided, or fail. */
  NO_REPLICAS_BESIDE_AN_AUTOSCALER(ManifestRule::ownedReplicas),

  /** Two autoscalers of one deployment undo each other's decisions. */
  ONE_AUTOSCALER_FOR_EACH(ManifestRule::twiceScaled),

  /** A budget that allows nobody to go keeps its node from being drained for ever. */
  DRAINS_ARE_POSSIBLE(release -> release.each("PodDisruptionBudget", ManifestRule::blocked)),

  /** A tag that moves gives two pods of one deployment different programs. */
  IMAGES_ARE_FIXED(release -> Release.each(release.workloads(), ManifestRule::movingImages)),

  /** SIGKILL before the drain ends cuts off requests that were accepted. */
  GRACE_COVERS_SLEEP_AND_DRAIN(
      release -> release.each("Deployment", it -> PodFindings.shortGrace(it, release))),

  /** The restricted Pod Security Standard, and what it leaves out: read-only root, no token. */
  PODS_ARE_RESTRICTED(release -> Release.each(release.workloads(), PodFindings::looseSecurity)),

  /**
   * Without requests nothing can be scheduled or scaled; without a memory limit a leak is shared.
   */
  CONTAINERS_ARE_BOUNDED(release -> Release.each(release.workloads(), PodFindings::missingBounds)),

  /** Health is asked on the management port, each question at its own path. */
  PROBES_ASK_THE_MANAGEMENT_PORT(release -> release.each("Deployment", PodFindings::wrongProbes)),

  /** A name that the service does not read is a setting that silently does nothing. */
  ENVIRONMENT_IS_WHAT_THE_SERVICE_READS(
      release -> release.each("Deployment", it -> wrongEnvironment(it, release))),

  /** Values end up in the release and in Git: secrets are only ever referred to. */
  SECRETS_COME_FROM_OUTSIDE(
      release -> release.manifests().stream().flatMap(ManifestRule::ownSecrets)),

  /** Objects find each other by names and labels that nothing else checks. */
  REFERENCES_RESOLVE(References::dangling);

  private final Function<Release, Stream<String>> findings;

  ManifestRule(Function<Release, Stream<String>> findings) {
    this.findings = findings;
  }

  /** What breaks the rule, one sentence each, starting with the object. */
  List<String> findings(Release release) {
    return findings.apply(release).toList();
  }

  private static Stream<Manifest> autoscalers(Release release) {
    return Stream.concat(release.all("HorizontalPodAutoscaler"), release.all("ScaledObject"));
  }

  private static Stream<String> twiceScaled(Release release) {
    return autoscalers(release)
        .collect(
            Collectors.groupingBy(
                it -> it.string("/spec/scaleTargetRef/name"), Collectors.counting()))
        .entrySet()
        .stream()
        .filter(it -> it.getValue() > 1)
        .map(it -> "Deployment " + it.getKey() + ": has more than one autoscaler");
  }

  private static Stream<String> blocked(Manifest budget) {
    var most = budget.json().at("/spec/maxUnavailable");
    var findings = new Findings();
    findings.require(
        !budget.json().at("/spec").has("minAvailable"), "has a minimum, which one pod cannot keep");
    findings.require(
        most.isTextual() ? !most.asText().equals("0%") : most.asInt() > 0, "lets nobody go");
    findings.require(
        budget.string("/spec/unhealthyPodEvictionPolicy").equals("AlwaysAllow"),
        "keeps broken pods");
    return findings.stream();
  }

  private static Stream<String> movingImages(Manifest deployment) {
    return deployment
        .containers()
        .map(it -> it.path("image").asText())
        .filter(it -> it.endsWith(":latest") || !it.matches(".*(:[^/:]+|@sha256:[0-9a-f]{64})"))
        .map(it -> "has the moving image " + it);
  }

  private static Stream<String> ownedReplicas(Release release) {
    var scaled =
        autoscalers(release)
            .map(it -> it.string("/spec/scaleTargetRef/name"))
            .collect(Collectors.toSet());
    return release
        .all("Deployment")
        .filter(it -> scaled.contains(it.name()) && it.json().at("/spec").has("replicas"))
        .map(it -> it.label() + ": has spec.replicas beside an autoscaler");
  }

  private static Stream<String> wrongEnvironment(Manifest deployment, Release release) {
    var known = ServiceEnvironment.of(deployment.component());
    var set = new TreeSet<String>();
    release.configOf(deployment).fieldNames().forEachRemaining(set::add);
    deployment.containers().forEach(it -> set.addAll(Manifest.texts(it.path("env"), "name")));
    return Stream.concat(
        set.stream()
            .filter(it -> !known.contains(it) && !ServiceEnvironment.isOptional(it))
            .map(it -> "sets %s, which %s does not read".formatted(it, deployment.component())),
        known.stream()
            .filter(it -> !set.contains(it))
            .map(it -> "does not set %s, which %s reads".formatted(it, deployment.component())));
  }

  private static Stream<String> ownSecrets(Manifest manifest) {
    var findings = new Findings();
    findings.require(!manifest.kind().equals("Secret"), "is a secret in the chart");
    manifest
        .json()
        .path("data")
        .fieldNames()
        .forEachRemaining(it -> findings.require(!secret(it), "keeps " + it + " in plain text"));
    Manifest pods = manifest.kind().equals("CronJob") ? manifest.jobOfCronJob() : manifest;
    pods.containers()
        .flatMap(it -> it.path("env").valueStream())
        .filter(it -> secret(it.path("name").asText()))
        .forEach(it ->
            findings.require(
                it.at("/valueFrom/secretKeyRef/name").isTextual(),
                "keeps " + it.path("name").asText() + " in plain text"));
    return findings.stream().map(it -> manifest.label() + ": " + it);
  }

  private static boolean secret(String variable) {
    return variable.matches(".*(PASSWORD|USERNAME|SECRET|API_KEY|PRIVATE_KEY|TOKEN)$");
  }
}
