// Sends a message, reads it back and searches for it, by the TIM message API.
//
//     dotnet run FOLDER, in a project with this file
using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

static class Hello
{
    const string Library = "libmynah.so.0";
    const int C2C = 1;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate void Callback(int code, IntPtr desc, IntPtr json, IntPtr userData);

    [DllImport(Library)] static extern int TIMInit(ulong app, byte[] config);
    [DllImport(Library)] static extern int TIMUninit();
    [DllImport(Library)] static extern int TIMLogin(byte[] user, byte[] signature, Callback callback, IntPtr userData);
    [DllImport(Library)] static extern int TIMMsgSendMessage(byte[] conv, int type, byte[] message, byte[] id, Callback callback, IntPtr userData);
    [DllImport(Library)] static extern int TIMMsgGetMsgList(byte[] conv, int type, byte[] parameters, Callback callback, IntPtr userData);
    [DllImport(Library)] static extern int TIMMsgSearchLocalMessages(byte[] parameters, Callback callback, IntPtr userData);

    // Texts go in as UTF-8 with a NUL behind them, and come out the same way.
    static byte[] Utf8(string text) { return Encoding.UTF8.GetBytes(text + "\0"); }

    static string Text(IntPtr utf8)
    {
        var length = 0;
        while (Marshal.ReadByte(utf8, length) != 0) length++;
        var bytes = new byte[length];
        Marshal.Copy(utf8, bytes, 0, length);
        return Encoding.UTF8.GetString(bytes);
    }

    // Makes a call and gives the JSON of its answer. The delegate is kept alive until then.
    static string Call(Func<Callback, int> call)
    {
        var answers = new BlockingCollection<Tuple<int, string, string>>();
        Callback callback = (code, desc, json, _) => answers.Add(Tuple.Create(code, Text(desc), Text(json)));
        var returned = call(callback);
        if (returned != 0) throw new Exception("the call was refused: " + returned);
        var answer = answers.Take();
        GC.KeepAlive(callback);
        if (answer.Item1 != 0) throw new Exception(answer.Item1 + " " + answer.Item2);
        return answer.Item3;
    }

    static void Main(string[] arguments)
    {
        var folder = arguments.Length > 0 ? arguments[0] : ".";
        if (TIMInit(1400000001, Utf8("{\"sdk_config_config_file_path\":\"" + folder + "\"}")) != 0) throw new Exception("the library could not be started");
        Call(callback => TIMLogin(Utf8("alice"), Utf8("any"), callback, IntPtr.Zero));
        var message = Utf8("{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hello from C#\"}]}");
        Console.WriteLine("sent: " + Call(callback => TIMMsgSendMessage(Utf8("bob"), C2C, message, null, callback, IntPtr.Zero)));
        Console.WriteLine("history: " + Call(callback => TIMMsgGetMsgList(Utf8("bob"), C2C, Utf8("{\"msg_getmsglist_param_count\":20}"), callback, IntPtr.Zero)));
        Console.WriteLine("found: " + Call(callback => TIMMsgSearchLocalMessages(Utf8("{\"msg_search_param_keyword_array\":[\"hello\"]}"), callback, IntPtr.Zero)));
        TIMUninit();
    }
}
