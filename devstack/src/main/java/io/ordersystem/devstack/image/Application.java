package io.ordersystem.devstack.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an image is made of.
 *
 * @param name of the image
 * @param title for people
 * @param files the directory with the application, as it stands in the image
 * @param sbom the bill of materials of what is in it
 * @param leftOut files that it runs without, by how their names begin
 * @param start what follows {@code java} and its options
 * @param practice the same for the start that teaches which classes it loads; it may fail, as it
 *     has no database
 * @param training the environment of that start
 */
record Application(
    String name,
    String title,
    Path files,
    Path sbom,
    List<String> leftOut,
    List<String> start,
    List<String> practice,
    Map<String, String> training) {

  /** One of the four services, packaged as {@code aot-jar}. */
  static Application ofService(String name, Path module) {
    return new Application(
        name,
        "Order system: " + name,
        module.resolve("target/image"),
        module.resolve("target/sbom/sbom.cdx.json"),
        List.of("quarkus-app-dependencies.txt"),
        List.of("-jar", "quarkus-run.jar"),
        List.of("-jar", "quarkus-run.jar"),
        // Whatever comes before the database: most of what a start loads.
        Map.of(
            "QUARKUS_OIDC_TENANT_ENABLED", "false",
            "QUARKUS_FLYWAY_CONNECT_RETRIES", "0",
            "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/none",
            "QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://127.0.0.1:1/none",
            "QUARKUS_DATASOURCE_USERNAME", "none",
            "QUARKUS_DATASOURCE_PASSWORD", "none",
            "PAYMENT_STRIPE_API_KEY", "none",
            "PAYMENT_STRIPE_WEBHOOK_SECRET", "whsec_none"));
  }

  /** The command line, without the servers that it starts on a laptop. */
  static Application tools(Path module) {
    var main = List.of("-cp", "lib/*", "io.ordersystem.devstack.cli.Main");
    return new Application(
        "order-system-tools",
        "Order system: checks of a cluster",
        module.resolve("target/image"),
        module.resolve("target/sbom/sbom.cdx.json"),
        List.of(),
        main,
        List.of(
            "-cp",
            "lib/*",
            "io.ordersystem.devstack.cli.Main",
            "check",
            "--jdbc-url",
            "jdbc:postgresql://127.0.0.1:1/none"),
        Map.of());
  }
}
