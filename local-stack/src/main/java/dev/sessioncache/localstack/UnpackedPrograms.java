package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * Executables that come in jars, unpacked once per user and content below {@code java.io.tmpdir}
 * and shared by all stacks. The directory must be ours alone to write: what lies in it is run.
 */
final class UnpackedPrograms {

  /** Turns the resource's bytes into files below a new directory. */
  interface Unpacker {
    void unpack(InputStream resource, Path directory) throws IOException;
  }

  private UnpackedPrograms() {}

  /** The directory with the unpacked content of a class path resource. */
  static Path of(String resource, Unpacker unpacker) {
    URL url = UnpackedPrograms.class.getResource("/" + resource);
    if (url == null) {
      throw new StackException(
          "no "
              + resource
              + " on the class path: there is no local server for this platform ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "); run with -Dstack=containers");
    }
    try {
      String name = resource.replaceAll("[^a-z0-9]+", "-") + "-" + digest(url);
      Path target = base().resolve(name);
      if (!Files.exists(target)) {
        unpack(url, unpacker, target);
      }
      return target;
    } catch (IOException e) {
      throw new StackException("cannot unpack " + resource + ": " + e.getMessage(), e);
    }
  }

  /** Two JVMs may do this at the same time: the first rename wins. */
  static void unpack(URL url, Unpacker unpacker, Path target) throws IOException {
    Path fresh = Files.createTempDirectory(target.getParent(), "new-");
    try (InputStream in = url.openStream()) {
      unpacker.unpack(in, fresh);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // An atomic move onto the other one's directory fails without a type of its own.
      if (!Files.exists(target)) {
        throw e;
      }
    } finally {
      FileTree.delete(fresh);
    }
  }

  private static Path base() throws IOException {
    String user = System.getProperty("user.name").toLowerCase(Locale.ROOT);
    Path base = Path.of(System.getProperty("java.io.tmpdir"), "session-cache-programs-" + user);
    if (!Files.exists(base)) {
      Files.createDirectories(
          base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(base);
    if (!Files.getOwner(base).equals(Files.getOwner(Path.of("/proc/self")))
        || permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(base + " is not ours alone to write: delete it");
    }
    return base;
  }

  private static String digest(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(in.readAllBytes()), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
