using System;
using System.IO;
using System.Linq;

namespace UdpChat.Benchmarks;

/// <summary>What is installed.</summary>
internal static class Programs
{
    /// <summary>The path of the first of these programs that is in PATH; null if none is.</summary>
    public static string? Find(params string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
