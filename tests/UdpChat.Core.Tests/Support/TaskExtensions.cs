using System;
using System.Threading.Tasks;

namespace UdpChat.Core.Tests.Support;

/// <summary>Waits for what another thread or the loopback interface does. Only a test that fails ever waits this long.</summary>
internal static class TaskExtensions
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task InTime(this Task task) => task.WaitAsync(Patience);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task InTime(this ValueTask task) => task.AsTask().WaitAsync(Patience);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);
}
