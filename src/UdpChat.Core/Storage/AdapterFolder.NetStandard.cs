#if !NET
using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace UdpChat.Storage;

/// <summary>
/// A folder with an adapter and all that it needs, for Windows PowerShell 5.1, where there are no load contexts. Not tried
/// on Windows yet.
/// </summary>
internal sealed class AdapterFolder
{
    private readonly string _folder;

    public AdapterFolder(string folder)
    {
        _folder = folder;
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            // Once it is loaded, Windows finds it by its name. If it can't be, opening the store says so.
            LoadLibrary(Path.Combine(folder, "runtimes", $"win-{architecture}", "native", "e_sqlite3.dll"));
        }
    }

    /// <summary>Loads an assembly of the folder.</summary>
    public Assembly Load(string name) => Assembly.LoadFrom(Path.Combine(_folder, name + ".dll"));

    /// <summary>
    /// For the assemblies of this folder only: what is in it, or else what is loaded, in whatever version; Windows
    /// PowerShell has no binding redirects for us.
    /// </summary>
    private Assembly? Resolve(object? sender, ResolveEventArgs args)
    {
        if (args.RequestingAssembly is not { IsDynamic: false } asking || Path.GetDirectoryName(asking.Location) != _folder)
            return null;
        string name = new AssemblyName(args.Name).Name;
        string path = Path.Combine(_folder, name + ".dll");
        return File.Exists(path) ? Assembly.LoadFrom(path) : Array.Find(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == name);
    }

    [DllImport("kernel32", EntryPoint = "LoadLibraryW", CharSet = CharSet.Unicode, SetLastError = true)]
    private static extern IntPtr LoadLibrary(string path);
}
#endif
