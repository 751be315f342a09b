/**
 * What a consumer outside this system (warehouse, analytics, ERP) needs to read our topics
 * correctly, in three parts that can be used one without the other:
 *
 * <ul>
 *   <li>{@link EventSequencer}: drops duplicates, notices gaps and disorder by version, and hands
 *       every version to the handler once and in order. No Kafka, no HTTP, no thread of its own.
 *   <li>{@link HttpHealer}: reads the versions that are missing from {@code GET
 *       /api/orders/{id}/events?after=N}. Needs {@code jackson-databind}.
 *   <li>{@link EventConsumer}: the poll loop. Needs {@code kafka-clients}.
 * </ul>
 *
 * <p>Both libraries are optional dependencies: a service that takes only the records of {@code
 * contracts} gets neither, and a consumer adds what it uses. Events carry their data as JSON text,
 * so that no JSON library shows in these signatures and what was sent is what the handler sees;
 * databind is there to cut the answer of the healing request into events, and because whoever reads
 * {@code data} into our records has it anyway.
 *
 * <p>See {@code docs/events.md} for the topics and an example.
 */
@NullMarked
package io.ordersystem.contracts.consumer;

import org.jspecify.annotations.NullMarked;
