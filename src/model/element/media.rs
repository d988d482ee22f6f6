//! Elements whose content is a file beside the message: image, sound, file, video.
//!
//! Paths are those of the sender's machine, ids and addresses those of the service. Nothing here opens any of them.

use crate::model::record::record;

record! {
    /// A picture in up to three sizes: the original, a large one (shorter side 720 px) and a thumbnail (shorter side 198 px).
    pub struct ImageElement {
        /// The local file that is sent.
        orig_path: String = "image_elem_orig_path",
        /// What is sent: 0 the original, 1 compressed, 2 high definition.
        level: u64 = "image_elem_level",
        /// 1 JPG, 2 GIF, 3 PNG, 4 BMP, 255 unknown.
        format: i64 = "image_elem_format",
        /// Id of the original.
        orig_id: String = "image_elem_orig_id",
        /// Height of the original, pixels.
        orig_pic_height: i64 = "image_elem_orig_pic_height",
        /// Width of the original, pixels.
        orig_pic_width: i64 = "image_elem_orig_pic_width",
        /// Size of the original, bytes.
        orig_pic_size: i64 = "image_elem_orig_pic_size",
        /// Id of the thumbnail.
        thumb_id: String = "image_elem_thumb_id",
        /// Height of the thumbnail, pixels.
        thumb_pic_height: i64 = "image_elem_thumb_pic_height",
        /// Width of the thumbnail, pixels.
        thumb_pic_width: i64 = "image_elem_thumb_pic_width",
        /// Size of the thumbnail, bytes.
        thumb_pic_size: i64 = "image_elem_thumb_pic_size",
        /// Id of the large version.
        large_id: String = "image_elem_large_id",
        /// Height of the large version, pixels.
        large_pic_height: i64 = "image_elem_large_pic_height",
        /// Width of the large version, pixels.
        large_pic_width: i64 = "image_elem_large_pic_width",
        /// Size of the large version, bytes.
        large_pic_size: i64 = "image_elem_large_pic_size",
        /// Web address of the original.
        orig_url: String = "image_elem_orig_url",
        /// Web address of the thumbnail.
        thumb_url: String = "image_elem_thumb_url",
        /// Web address of the large version.
        large_url: String = "image_elem_large_url",
        /// Deprecated.
        task_id: i64 = "image_elem_task_id",
    }
}

record! {
    /// A sound recording; at most one a message.
    pub struct SoundElement {
        /// The local recording that is sent.
        file_path: String = "sound_elem_file_path",
        /// Size, bytes.
        file_size: i64 = "sound_elem_file_size",
        /// Duration, seconds.
        file_time: i64 = "sound_elem_file_time",
        /// Id of the file.
        file_id: String = "sound_elem_file_id",
        /// A number that a download hands back to the service.
        business_id: i64 = "sound_elem_business_id",
        /// Where the address comes from: 0 the service, 1 its storage, 2 `url` is usable as it is. Gone since 7.4.
        download_flag: i64 = "sound_elem_download_flag",
        /// Web address.
        url: String = "sound_elem_url",
        /// Deprecated.
        task_id: i64 = "sound_elem_task_id",
    }
}

record! {
    /// A file; at most one a message.
    pub struct FileElement {
        /// The local file that is sent, with its name.
        file_path: String = "file_elem_file_path",
        /// The name that is shown. Empty: the last component of the path.
        file_name: String = "file_elem_file_name",
        /// Size, bytes.
        file_size: i64 = "file_elem_file_size",
        /// Id of the file.
        file_id: String = "file_elem_file_id",
        /// A number that a download hands back to the service.
        business_id: i64 = "file_elem_business_id",
        /// As [`SoundElement::download_flag`].
        download_flag: i64 = "file_elem_download_flag",
        /// Web address.
        url: String = "file_elem_url",
        /// Deprecated.
        task_id: i64 = "file_elem_task_id",
    }
}

record! {
    /// A video with a snapshot of it.
    pub struct VideoElement {
        /// Container or file extension, such as `mp4`.
        video_type: String = "video_elem_video_type",
        /// Size of the video, bytes.
        video_size: u64 = "video_elem_video_size",
        /// Duration, seconds.
        video_duration: u64 = "video_elem_video_duration",
        /// The local video that is sent.
        video_path: String = "video_elem_video_path",
        /// Id of the video.
        video_id: String = "video_elem_video_id",
        /// A number that a download hands back to the service, for the video and its snapshot.
        business_id: i64 = "video_elem_business_id",
        /// As [`SoundElement::download_flag`], for the video.
        video_download_flag: i64 = "video_elem_video_download_flag",
        /// Web address of the video.
        video_url: String = "video_elem_video_url",
        /// File extension of the snapshot, such as `jpg`.
        image_type: String = "video_elem_image_type",
        /// Size of the snapshot, bytes.
        image_size: u64 = "video_elem_image_size",
        /// Width of the snapshot, pixels.
        image_width: u64 = "video_elem_image_width",
        /// Height of the snapshot, pixels.
        image_height: u64 = "video_elem_image_height",
        /// The local snapshot that is sent.
        image_path: String = "video_elem_image_path",
        /// Id of the snapshot.
        image_id: String = "video_elem_image_id",
        /// As [`SoundElement::download_flag`], for the snapshot.
        image_download_flag: i64 = "video_elem_image_download_flag",
        /// Web address of the snapshot.
        image_url: String = "video_elem_image_url",
        /// Deprecated.
        task_id: u64 = "video_elem_task_id",
    }
}
