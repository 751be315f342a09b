package io.ordersystem.chart;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What is wrong with the pods of one deployment. */
final class PodFindings {

  private static final Set<String> VOLUMES = Set.of("emptyDir", "configMap", "secret", "projected");

  private PodFindings() {}

  static Stream<String> shortGrace(Manifest deployment, Release release) {
    var grace = deployment.json().at(Manifest.POD + "/terminationGracePeriodSeconds").asInt();
    var sleep =
        deployment
            .containers()
            .mapToInt(it -> it.at("/lifecycle/preStop/sleep/seconds").asInt())
            .max()
            .orElse(0);
    var drain =
        Duration.parse(
                "PT" + release.configOf(deployment).path("QUARKUS_SHUTDOWN_TIMEOUT").asText("0S"))
            .toSeconds();
    var findings = new Findings();
    findings.require(sleep > 0, "has no preStop sleep");
    findings.require(drain > 0, "lets nothing drain");
    findings.require(
        grace >= sleep + drain,
        "is killed after %d s, before %d s of sleep and %d s of drain end"
            .formatted(grace, sleep, drain));
    return findings.stream();
  }

  static Stream<String> looseSecurity(Manifest deployment) {
    var pod = deployment.json().at(Manifest.POD);
    var findings = new Findings();
    findings.require(pod.at("/securityContext/runAsNonRoot").asBoolean(), "may run as root");
    findings.require(pod.at("/securityContext/runAsUser").asInt(1) != 0, "runs as root");
    findings.require(
        pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
        "has no seccomp profile");
    findings.require(!pod.path("automountServiceAccountToken").asBoolean(true), "mounts a token");
    findings.require(
        !pod.path("enableServiceLinks").asBoolean(true), "takes variables of service links");
    for (var host : List.of("hostNetwork", "hostPID", "hostIPC")) {
      findings.require(!pod.path(host).asBoolean(), "has " + host);
    }
    for (var volume : pod.path("volumes")) {
      findings.require(
          volume
              .propertyStream()
              .map(Map.Entry::getKey)
              .allMatch(it -> it.equals("name") || VOLUMES.contains(it)),
          "has the volume " + volume);
    }
    deployment
        .containers()
        .forEach(it -> {
          var context = it.path("securityContext");
          findings.require(
              !context.path("allowPrivilegeEscalation").asBoolean(true), "may escalate privileges");
          findings.require(!context.path("privileged").asBoolean(), "is privileged");
          findings.require(
              context.path("readOnlyRootFilesystem").asBoolean(),
              "may write to its root file system");
          findings.require(
              Manifest.texts(context.at("/capabilities/drop")).equals(List.of("ALL")),
              "keeps capabilities");
          findings.require(!context.at("/capabilities").has("add"), "adds capabilities");
          findings.require(
              Manifest.texts(it.path("volumeMounts"), "mountPath").contains("/tmp"),
              "has no /tmp to write to");
          it.path("ports")
              .forEach(port -> findings.require(!port.has("hostPort"), "has a host port"));
        });
    return findings.stream();
  }

  static Stream<String> missingBounds(Manifest deployment) {
    var findings = new Findings();
    deployment
        .containers()
        .forEach(it -> {
          findings.require(it.at("/resources/requests/cpu").isValueNode(), "requests no cpu");
          findings.require(it.at("/resources/requests/memory").isValueNode(), "requests no memory");
          findings.require(
              it.at("/resources/limits/memory").isValueNode(), "has no limit of memory");
        });
    for (var volume : deployment.json().at(Manifest.POD + "/volumes")) {
      findings.require(
          !volume.has("emptyDir") || volume.at("/emptyDir/sizeLimit").isValueNode(),
          "has an emptyDir without a size limit");
    }
    return findings.stream();
  }

  static Stream<String> wrongProbes(Manifest deployment) {
    var findings = new Findings();
    deployment
        .containers()
        .forEach(it -> {
          findings.require(
              it.at("/startupProbe/httpGet/path").asText().equals("/q/health/started"),
              "has no startup probe");
          findings.require(
              it.at("/livenessProbe/httpGet/path").asText().equals("/q/health/live"),
              "has no liveness probe");
          findings.require(
              it.at("/readinessProbe/httpGet/path").asText().equals("/q/health/ready"),
              "has no readiness probe");
          for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            findings.require(
                it.path(probe).at("/httpGet/port").asText().equals("management"),
                "asks another port by its " + probe);
          }
          var management =
              it.path("ports")
                  .valueStream()
                  .filter(port -> port.path("name").asText().equals("management"))
                  .map(port -> port.path("containerPort").asInt())
                  .toList();
          findings.require(management.equals(List.of(9000)), "has no management port 9000");
        });
    return findings.stream();
  }
}
