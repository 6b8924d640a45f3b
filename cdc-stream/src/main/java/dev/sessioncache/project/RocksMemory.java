package dev.sessioncache.project;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One limit for the memory that the state of all lanes takes outside of the heap. Without it each
 * of a lane's stores may take 50 MB for what is read and 48 MB for what is written. What is not in
 * this cache the operating system may still have in its own.
 *
 * @see <a href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt">Kafka
 *     Streams, memory management</a>
 */
public final class RocksMemory implements RocksDBConfigSetter {

  private static final long BYTES = 128L * 1024 * 1024;

  /** Part of them; when it is full the largest table is written to disk. */
  private static final long BYTES_OF_WRITES = 48L * 1024 * 1024;

  /** For the life of the process: Streams opens and closes stores as lanes come and go. */
  private static final class Shared {
    static final Cache CACHE = new LRUCache(BYTES);
    static final WriteBufferManager WRITES = new WriteBufferManager(BYTES_OF_WRITES, CACHE);
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(Shared.CACHE);
    table.setCacheIndexAndFilterBlocks(true); // else they are beyond the limit
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(Shared.WRITES);
  }

  @Override
  public void close(String storeName, Options options) {
    // What is shared outlives the store.
  }
}
