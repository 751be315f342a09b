package io.ordersystem.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What users may ask of the chart: each switch both ways, and the examples beside it. */
final class ValueSets {
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private ValueSets() {}

  /** Values by what they are about. */
  static Map<String, String> all() {
    var sets = new LinkedHashMap<String, String>();
    sets.put("nothing", "");
    sets.put("a dependency of another chart", "{enabled: true, global: {region: eu}}");
    sets.put("another name", "nameOverride: shop");
    sets.put("another full name", "fullnameOverride: shop");
    sets.put("a long name", "fullnameOverride: abcdefghijklmnopqrstuvwxyz0123");
    sets.put("labels", "commonLabels: {team: orders, cost-centre: '17'}");
    sets.put("a registry", "image: {registry: 'registry.example.org:5000', repository: shop}");
    sets.put("no repository", "image: {repository: ''}");
    sets.put("a tag", "image: {tag: 2.0.0, pullPolicy: Always}");
    sets.put("pull secrets", "image: {pullSecrets: [{name: one}, {name: two}]}");
    sets.put("a tag of one service", "services: {order-service: {image: {tag: 1.2.3}}}");
    sets.put("a digest", "services: {payment-service: {image: {digest: '%s'}}}".formatted(DIGEST));
    sets.put("no replicas of the database", "postgresql: {replicaHosts: []}");
    sets.put("two replicas of the database", "postgresql: {replicaHosts: [a, b.example.org]}");
    sets.put(
        "a pooler",
        "postgresql: {poolerHost: db-pooler, poolerPort: 6432}\nnetworkPolicy: {destinations: {postgresql: {ports: [5432, 6432]}}}");
    sets.put("another database", "postgresql: {host: db, port: 6432, database: shop}");
    sets.put("several brokers", "kafka: {bootstrapServers: 'a:9092,b:9093'}");
    sets.put("alerts", "prometheusRule: {enabled: true, labels: {release: prometheus}}");
    sets.put("scraping", "podMonitor: {enabled: true, interval: 15s}");
    sets.put(
        "scraping by services", "serviceMonitor: {enabled: true, labels: {release: prometheus}}");
    sets.put("checks", "check: {enabled: true}");
    sets.put(
        "checks that are exported",
        "check: {enabled: true, schedule: '*/30 * * * *', image: {digest: '%s'}, pushgatewayUrl: 'http://push.monitoring:9091'}"
            .formatted(DIGEST));
    sets.put("checks without policies", "check: {enabled: true}\nnetworkPolicy: {enabled: false}");
    sets.put("dashboards", "dashboards: {enabled: true, annotations: {grafana_folder: Shop}}");
    sets.put(
        "secrets of a store",
        "externalSecrets: {enabled: true, store: {name: vault}, prefix: shop/}");
    sets.put("pods that migrate", "migrations: {mode: startup}");
    sets.put("patient migrations", "migrations: {backoffLimit: 0, activeDeadlineSeconds: 86400}");
    sets.put("an issuer", "oidc: {authServerUrl: 'https://id.example.org/realms/a'}");
    sets.put("a route", "httpRoute: {enabled: true, parentRefs: [{name: edge}]}");
    sets.put(
        "a route with names",
        "httpRoute: {enabled: true, annotations: {a: b}, parentRefs: [{name: edge, namespace: gateways, sectionName: https}],"
            + " hostnames: [shop.example.org, '*.example.org']}");
    sets.put("an ingress", "ingress: {enabled: true, hosts: [shop.example.org]}");
    sets.put(
        "an ingress with everything",
        "ingress: {enabled: true, className: traefik, annotations: {a: b}, hosts: [a.example.org, b.example.org],"
            + " tls: [{secretName: tls, hosts: [a.example.org]}]}");
    sets.put("no network policies", "networkPolicy: {enabled: false}");
    sets.put(
        "narrow network policies",
        "networkPolicy: {callers: [{namespaceSelector: {matchLabels: {name: edge}}}], scrapers: [],"
            + " destinations: {kafka: {ports: [9092, 9093], to: [{podSelector: {matchLabels: {app: kafka}}}]}}}");
    sets.put(
        "a cache of DNS on each node",
        "networkPolicy: {dns: [{ipBlock: {cidr: 169.254.20.10/32}}]}");
    sets.put("pods by hand", "defaults: {autoscaling: {enabled: false}, replicas: 3}");
    sets.put(
        "quick autoscaling",
        "defaults: {autoscaling: {minReplicas: 1, maxReplicas: 12, targetCPUUtilizationPercentage: 50,"
            + " scaleUpStabilizationSeconds: 0, scaleDownStabilizationSeconds: 60}}");
    sets.put("KEDA", "defaults: {autoscaling: {enabled: false}, keda: {enabled: true}}");
    sets.put(
        "KEDA for one service",
        "services: {inventory-service: {autoscaling: {enabled: false}, keda: {enabled: true, minReplicas: 3,"
            + " maxReplicas: 12, lagThreshold: 100, authenticationRef: kafka}}}");
    sets.put("no budgets", "defaults: {podDisruptionBudget: {enabled: false}}");
    sets.put("a budget in percent", "defaults: {podDisruptionBudget: {maxUnavailable: 50%}}");
    sets.put(
        "more memory",
        "defaults: {resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 2, memory: 1Gi}},"
            + " javaOptions: '-XX:MaxRAMPercentage=70'}");
    sets.put(
        "slow nodes",
        "defaults: {probes: {startup: {failureThreshold: 200}, liveness: {timeoutSeconds: 5}}}");
    sets.put(
        "a long drain",
        "defaults: {shutdown: {preStopSleepSeconds: 30, drainSeconds: 60, marginSeconds: 10}}");
    sets.put("a user", "defaults: {runAsUser: 10001}");
    sets.put(
        "authorities of their own",
        "defaults: {caCertificates: {existingSecret: ca, key: ca.pem}}");
    sets.put(
        "hard spread",
        "defaults: {topologySpread: [{maxSkew: 2, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]}");
    sets.put("no spread", "defaults: {topologySpread: []}");
    sets.put(
        "accounts of the cloud",
        "services: {payment-service: {serviceAccount: {name: payments, annotations: {eks.amazonaws.com/role-arn: arn}}}}");
    sets.put("no accounts", "defaults: {serviceAccount: {create: false}}");
    sets.put(
        "special nodes",
        "defaults: {nodeSelector: {disk: ssd}, tolerations: [{key: dedicated, operator: Exists}],"
            + " priorityClassName: high, podAnnotations: {note: '1'}, tmpSizeLimit: 1Gi}");
    sets.put("without notifications", "services: {notification-service: {enabled: false}}");
    sets.put(
        "sandboxed payments",
        "services: {payment-service: {config: {PAYMENT_STRIPE_BASE_URL: 'http://sandbox'}}}");
    sets.put(
        "everything that needs an operator",
        """
        prometheusRule: {enabled: true}
        podMonitor: {enabled: true}
        dashboards: {enabled: true}
        httpRoute: {enabled: true, parentRefs: [{name: edge}]}
        defaults: {autoscaling: {enabled: false}, keda: {enabled: true}}
        """);
    examples(sets);
    return sets;
  }

  private static void examples(Map<String, String> sets) {
    try (Stream<Path> files = Files.list(Chart.FOLDER.resolve("examples"))) {
      for (Path file : files.sorted().toList()) {
        sets.put("examples/" + file.getFileName(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
