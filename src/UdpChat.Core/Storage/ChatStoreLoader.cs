using System;
using System.IO;
using System.Reflection;

namespace UdpChat.Storage;

/// <summary>
/// Finds UdpChat.Sqlite and opens a store with it: so that nothing of SQLite is needed, or loaded, where no store is asked
/// for. It is looked for in the folder <c>sqlite</c> beside this assembly, where its assemblies meet no others of the same
/// name, and then as any other assembly of the program.
/// </summary>
internal static class ChatStoreLoader
{
    private const string AdapterName = "UdpChat.Sqlite", FolderName = "sqlite", StoreType = "UdpChat.Sqlite.SqliteChatStore", OpenMethod = "Open";

    private static readonly object Lock = new();
    private static Func<string, IChatStore>? _open;

    /// <summary>Opens the store in a file, or makes one there.</summary>
    /// <exception cref="ChatStoreException">It can't be opened, or there is no adapter; the message says why and what to do.</exception>
    public static IChatStore Open(string path)
    {
        lock (Lock)
            _open ??= Find(OwnFolder);
        return _open(path);
    }

    /// <summary>Loads the adapter that comes with an assembly of ours.</summary>
    /// <param name="folder">The folder of that assembly.</param>
    /// <exception cref="ChatStoreException">There is none, or it can't be loaded.</exception>
    internal static Func<string, IChatStore> Find(string folder)
    {
        string adapterFolder = Path.Combine(folder, FolderName);
        try
        {
            Assembly adapter = File.Exists(Path.Combine(adapterFolder, AdapterName + ".dll"))
                ? new AdapterFolder(adapterFolder).Load(AdapterName)
                : Assembly.Load(new AssemblyName(AdapterName));
            MethodInfo open = adapter.GetType(StoreType, throwOnError: true)!.GetMethod(OpenMethod, [typeof(string)])!;
            return (Func<string, IChatStore>)Delegate.CreateDelegate(typeof(Func<string, IChatStore>), open);
        }
        catch (FileNotFoundException e)
        {
            throw new ChatStoreException($"A store needs {AdapterName}, and it is not there; install the whole module again, put its files into {adapterFolder}, or run the relay without a store.", e);
        }
        catch (Exception e) when (e is FileLoadException or BadImageFormatException or TypeLoadException or DllNotFoundException)
        {
            throw new ChatStoreException($"{AdapterName} in {adapterFolder} can't be loaded ({e.Message}); install the whole module again, all in one version, or run the relay without a store.", e);
        }
    }

    /// <summary>Where this assembly is; where the program is, if it is a single file.</summary>
    private static string OwnFolder => Path.GetDirectoryName(typeof(ChatStoreLoader).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
}
