/**
 * The judge: is what Redis holds what Postgres says? It computes every expected document in SQL of
 * its own and shares nothing with the programs that it judges. Read {@link
 * dev.sessioncache.demo.check.CacheCheck} first.
 */
@NullMarked
package dev.sessioncache.demo.check;

import org.jspecify.annotations.NullMarked;
