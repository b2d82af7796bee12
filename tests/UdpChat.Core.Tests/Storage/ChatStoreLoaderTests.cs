using System;
using System.IO;
using UdpChat.Storage;
#if !NET10_0
using System.Runtime.Loader;
using UdpChat.Protocol.Relay.Storage;
#endif

namespace UdpChat.Core.Tests.Storage;

public sealed class ChatStoreLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("udpchat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

#if NET10_0
    [Fact]
    public void Where_SQLite_has_no_library_for_the_system_the_error_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The netstandard2.0 adapter has the libraries of Windows.");

        var e = Assert.Throws<ChatStoreException>(() => ChatStoreLoader.Open(Path.Combine(_folder, "chat.db")));

        Assert.Contains("native library", e.Message, StringComparison.Ordinal);
    }
#else
    [Fact]
    public void A_store_is_opened_by_an_adapter_that_nothing_refers_to()
    {
        string path = Path.Combine(_folder, "chat.db");
        using (IChatStore store = ChatStoreLoader.Open(path))
        {
            store.Execute([new StoreCommand { Kind = StoreCommandKind.SaveMail, Mail = new StoredMail { Sequence = 1, Recipient = 1 } }]);
            Assert.Equal("sqlite", AssemblyLoadContext.GetLoadContext(store.GetType().Assembly)!.Name);
        }
        using (IChatStore again = ChatStoreLoader.Open(path))
            Assert.Equal(1, again.Load().LastSequence);
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => a.GetName().Name!.Contains("Sqlite", StringComparison.OrdinalIgnoreCase));
    }

    // Without load contexts, once one test has loaded the adapter it is there for all.
    [Fact]
    public void Where_there_is_no_adapter_the_error_says_what_to_install()
    {
        var e = Assert.Throws<ChatStoreException>(() => ChatStoreLoader.Find(_folder));

        Assert.Contains("needs UdpChat.Sqlite", e.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder, "sqlite"), e.Message, StringComparison.Ordinal);
    }
#endif

    [Fact]
    public void An_error_of_the_store_comes_as_it_is()
    {
        Assert.Throws<ChatStoreException>(() => ChatStoreLoader.Open(_folder));
    }

    [Fact]
    public void An_adapter_that_can_not_be_loaded_is_an_error_that_says_which()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sqlite"));
        File.WriteAllText(Path.Combine(_folder, "sqlite", "UdpChat.Sqlite.dll"), "no assembly");

        var e = Assert.Throws<ChatStoreException>(() => ChatStoreLoader.Find(_folder));

        Assert.Contains("can't be loaded", e.Message, StringComparison.Ordinal);
    }
}
