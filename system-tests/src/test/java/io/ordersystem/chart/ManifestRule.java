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

  /** SIGKILL before the drain ends cuts off requests that were accepted. */
  GRACE_COVERS_SLEEP_AND_DRAIN(
      release -> release.each("Deployment", it -> PodFindings.shortGrace(it, release))),

  /** The restricted Pod Security Standard, and what it leaves out: read-only root, no token. */
  PODS_ARE_RESTRICTED(release -> release.each("Deployment", PodFindings::looseSecurity)),

  /**
   * Without requests nothing can be scheduled or scaled; without a memory limit a leak is shared.
   */
  CONTAINERS_ARE_BOUNDED(release -> release.each("Deployment", PodFindings::missingBounds)),

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

  private static Stream<String> ownedReplicas(Release release) {
    var scaled =
        release
            .all("HorizontalPodAutoscaler")
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
            .filter(it -> !known.contains(it))
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
    manifest
        .containers()
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
