#if NET
using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Storage;

/// <summary>
/// A folder with an adapter and all that it needs, loaded into a context of its own: PowerShell, other modules or the
/// program may have loaded the same assemblies in other versions. Ours are those that are loaded already.
/// </summary>
internal sealed class AdapterFolder(string folder) : AssemblyLoadContext(Path.GetFileName(folder))
{
    /// <summary>Loads an assembly of the folder.</summary>
    public Assembly Load(string name) => LoadFromAssemblyPath(Path.Combine(folder, name + ".dll"));

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        foreach (Assembly ours in (ReadOnlySpan<Assembly>)[typeof(IChatStore).Assembly, typeof(StoreCommand).Assembly])
        {
            if (ours.GetName().Name == assemblyName.Name)
                return ours;
        }
        string path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string path = Path.Combine(folder, "runtimes", Platform, "native", FileName(unmanagedDllName));
        return File.Exists(path) ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;
    }

    /// <summary>As NuGet calls it. Alpine's own build of .NET names itself after the distribution.</summary>
    private static string Platform
    {
        get
        {
            string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            if (OperatingSystem.IsWindows())
                return $"win-{architecture}";
            if (OperatingSystem.IsMacOS())
                return $"osx-{architecture}";
            string runtime = RuntimeInformation.RuntimeIdentifier;
            bool isMusl = runtime.Contains("musl", StringComparison.Ordinal) || runtime.StartsWith("alpine", StringComparison.Ordinal);
            return isMusl ? $"linux-musl-{architecture}" : $"linux-{architecture}";
        }
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
#endif
