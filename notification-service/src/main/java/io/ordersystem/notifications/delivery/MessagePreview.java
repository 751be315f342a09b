package io.ordersystem.notifications.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A message as its recipient reads it, or would if it were sent now.
 *
 * @param locale a language tag
 * @param recipient null while the order's contact is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MessagePreview(
    @Nullable String recipient, String locale, String subject, String text, String html) {}
