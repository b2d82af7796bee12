using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Sqlite.Tests.Support;

namespace UdpChat.Sqlite.Tests;

public class KillTests : StoreTest
{
    /// <summary>How often the writer is killed; more with this variable.</summary>
    private const string RoundsVariable = "UDPCHAT_TEST_KILLS";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task After_a_kill_all_that_was_done_is_there_and_no_group_in_part()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "6", CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        long done = 0;
        for (int round = 0; round < rounds; round++)
        {
            done = Math.Max(done, await RunAndKillAsync(random.Next(), random.Next(40)));

            StoreContent content = Store.Load();
            Assert.InRange(content.LastSequence, done, long.MaxValue);
            StoreCommand read = ReadMail(WriterProcess.User, maxCount: int.MaxValue);
            Execute(read);
            Assert.Equal(Enumerable.Range(1, (int)content.LastSequence).Select(i => (long)i), read.Found!.Select(m => m.Sequence));
            Assert.All(read.Found!, m => Assert.Equal(WriterProcess.Text(m.Sequence), Encoding.UTF8.GetString(m.Text)));
            for (int i = 0; i < read.Found!.Count; i += (int)read.Found[i].Incarnation)
                Assert.Equal((1, i + read.Found[i].Incarnation), (read.Found[i].Number, read.Found[i + (int)read.Found[i].Incarnation - 1].Sequence));
            Assert.Equal(content.LastSequence, content.Users.SingleOrDefault()?.Decided ?? 0);
            done = content.LastSequence;
            Close();
        }
        Assert.NotEqual(0, done);
    }

    /// <summary>Runs the writer until it has written some lines, or at once, kills it while it writes on.</summary>
    /// <returns>What its last whole line says is done.</returns>
    private async Task<long> RunAndKillAsync(int seed, int lines)
    {
        using Process writer = WriterProcess.Start(File, seed);
        long done = 0;
        if (lines == 0)
            writer.Kill();
        for (int line = 1; await writer.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } text; line++)
        {
            // The last one may be cut.
            if (text.EndsWith('.'))
                done = long.Parse(text.TrimEnd('.'), CultureInfo.InvariantCulture);
            if (line == lines)
                writer.Kill();
        }
        await writer.WaitForExitAsync().WaitAsync(Patience);
        return done;
    }
}
