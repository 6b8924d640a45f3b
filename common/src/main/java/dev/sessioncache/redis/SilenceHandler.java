package dev.sessioncache.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which nothing has come back for a time since something was sent. When a
 * server vanishes without a word TCP itself repeats what was sent for a quarter of an hour, and the
 * server that took its place is not asked meanwhile. One per connection, used by its event loop.
 */
final class SilenceHandler extends ChannelDuplexHandler {

  private final Duration limit;
  private @Nullable ScheduledFuture<?> closing;

  SilenceHandler(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (closing == null) {
      closing =
          context
              .executor()
              .schedule(() -> close(context), limit.toMillis(), TimeUnit.MILLISECONDS);
    }
    super.write(context, message, promise);
  }

  private static void close(ChannelHandlerContext context) {
    var unused = context.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    stopClosing();
    super.channelRead(context, message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    stopClosing();
    super.channelInactive(context);
  }

  private void stopClosing() {
    if (closing != null) {
      closing.cancel(false);
      closing = null;
    }
  }
}
