package io.ordersystem.platform.cache;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JsePlatform;

/** What Redis does with the cache's own script, in this process and by a clock of its own. */
public final class ScriptedRedis {
  private static final Globals LUA = JsePlatform.standardGlobals();
  private static final LuaValue SCRIPT = LUA.load(VersionedCache.PUT, "put");

  private final Map<String, Entry> entries = new TreeMap<>();
  private long nowMillis;

  private record Entry(String text, long expiry) {}

  /** Time goes on; what is past its time is forgotten. */
  public void at(long millis) {
    nowMillis = millis;
    entries.values().removeIf(entry -> entry.expiry <= millis);
  }

  public void flush() {
    entries.clear();
  }

  /** The text under a key. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::text);
  }

  /** What the cache reads there: a fence is no value. */
  public static Optional<Versioned> read(String text) {
    return VersionedCache.read(Buffer.buffer(text));
  }

  /** What the cache has for a value. */
  public static String text(Version version, String value) {
    return version.text() + VersionedCache.VALUE + value;
  }

  /** Without a guard, as anybody may. */
  public void set(String key, String text, long expiry) {
    if (expiry <= nowMillis) {
      entries.remove(key);
    } else {
      entries.put(key, new Entry(text, expiry));
    }
  }

  public void delete(String key) {
    entries.remove(key);
  }

  /** Runs the script for one key. */
  public void put(String key, Version version, boolean fence, String value, long expiry) {
    LUA.set("KEYS", LuaTable.listOf(new LuaValue[] {LuaValue.valueOf(key)}));
    LUA.set(
        "ARGV",
        LuaTable.listOf(
            new LuaValue[] {
              LuaValue.valueOf(version.text()),
              LuaValue.valueOf(fence ? VersionedCache.FENCE_MARK : VersionedCache.VALUE),
              LuaValue.valueOf(fence ? "" : value),
              LuaValue.valueOf(Long.toString(expiry))
            }));
    var redis = new LuaTable();
    redis.set("call", new Call());
    redis.set("pcall", new Call());
    LUA.set("redis", redis);
    SCRIPT.call();
  }

  @Override
  public String toString() {
    return entries.toString();
  }

  private final class Call extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs words) {
      String key = words.arg(2).tojstring();
      return switch (words.arg(1).tojstring()) {
        case "GET" -> {
          Optional<String> text = ScriptedRedis.this.get(key);
          yield text.isPresent() ? LuaValue.valueOf(text.get()) : LuaValue.FALSE;
        }
        case "SET" -> {
          ScriptedRedis.this.set(
              key, words.arg(3).tojstring(), Long.parseLong(words.arg(5).tojstring()));
          yield LuaValue.valueOf("OK");
        }
        default -> throw new IllegalArgumentException(words.tojstring());
      };
    }
  }
}
