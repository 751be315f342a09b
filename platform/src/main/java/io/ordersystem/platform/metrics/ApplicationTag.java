package io.ordersystem.platform.metrics;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Every meter says of which service it is, by the label {@code application}: rules and dashboards
 * must not depend on what a scraper happens to call the target.
 */
@Singleton
class ApplicationTag {
  @Produces
  @Singleton
  MeterFilter filter(@ConfigProperty(name = "quarkus.application.name") String name) {
    return MeterFilter.commonTags(Tags.of("application", name));
  }
}
